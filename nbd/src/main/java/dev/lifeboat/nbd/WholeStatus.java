package dev.lifeboat.nbd;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Puts together the answers to several questions for the block status. For one thread. */
final class WholeStatus {

    /** Memory for about 200 MB of extents: a disk so scattered is to be read in pieces. */
    static final int MAX_EXTENTS = 1 << 22;

    private final NbdDisk disk;
    private final long offset;
    private final long length;
    private final Map<String, List<Extent>> extents = new LinkedHashMap<>();
    private final Map<String, Long> told = new LinkedHashMap<>();
    private int count;

    WholeStatus(NbdDisk disk, long offset, long length) {
        this.disk = disk;
        this.offset = offset;
        this.length = length;
        for (String context : disk.contexts()) {
            extents.put(context, new ArrayList<>());
            told.put(context, 0L);
        }
    }

    Map<String, List<Extent>> collect() throws IOException {
        if (told.isEmpty()) {
            throw new NbdException(NbdException.EINVAL, "no metadata context was agreed on");
        }
        long known = 0;
        while (known < length) {
            Map<String, List<Extent>> answer = disk.blockStatus(offset + known, length - known);
            for (Map.Entry<String, List<Extent>> entry : answer.entrySet()) {
                add(entry.getKey(), known, entry.getValue());
            }
            // Contexts that know more than others are told the rest again; what is known twice is left out.
            known = told.values().stream().mapToLong(Long::longValue).min().orElse(length);
        }
        return extents;
    }

    private void add(String context, long from, List<Extent> answer) throws NbdException {
        List<Extent> all = extents.computeIfAbsent(context, _ -> new ArrayList<>());
        long at = from;
        long end = told.getOrDefault(context, 0L);
        for (Extent extent : answer) {
            at += extent.length();
            if (at <= end) {
                continue;
            }
            long fresh = at - end;
            end = at;
            if (!all.isEmpty() && all.getLast().flags() == extent.flags()) {
                Extent last = all.removeLast();
                all.add(new Extent(last.length() + fresh, last.flags()));
            } else {
                all.add(new Extent(fresh, extent.flags()));
                count++;
                if (count > MAX_EXTENTS) {
                    throw new NbdException(NbdException.EOVERFLOW, "the range has more than " + count + " extents");
                }
            }
        }
        told.put(context, end);
    }
}
