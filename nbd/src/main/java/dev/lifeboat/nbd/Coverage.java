package dev.lifeboat.nbd;

import java.util.Map;
import java.util.TreeMap;

/** Which bytes of a read have come. For one thread. */
final class Coverage {

    /** A read of 32 MiB in pieces of 512 bytes, every other one missing, is worse than any honest server. */
    private static final int MAX_FRAGMENTS = 1 << 16;

    /** Begin → end of what has come; neighbours are joined. */
    private final TreeMap<Long, Long> come = new TreeMap<>();

    private long bytes;

    /**
     * Adds a piece.
     *
     * @return false if a part of it had come already, or if the pieces are too scattered
     */
    boolean add(long from, long to) {
        Map.Entry<Long, Long> before = come.floorEntry(from);
        Map.Entry<Long, Long> after = come.ceilingEntry(from);
        if ((before != null && before.getValue() > from) || (after != null && after.getKey() < to)) {
            return false;
        }
        long begin = from;
        long end = to;
        if (before != null && before.getValue() == from) {
            begin = before.getKey();
        }
        if (after != null && after.getKey() == to) {
            end = after.getValue();
            come.remove(after.getKey());
        }
        come.put(begin, end);
        bytes += to - from;
        return come.size() <= MAX_FRAGMENTS;
    }

    long bytes() {
        return bytes;
    }
}
