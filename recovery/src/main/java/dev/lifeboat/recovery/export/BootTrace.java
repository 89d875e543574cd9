package dev.lifeboat.recovery.export;

import dev.lifeboat.vault.key.Name;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Which blocks of a machine's disks were read until it was ready, in the order of their first reading. It holds no
 * content. Immutable. See {@code docs/formats/boot-trace.md}; all numbers are big-endian:
 *
 * <pre>
 * "LBTRACE\0" [8] ‖ u16 version (0) ‖ u16 disks ‖ disks × (u8 length ‖ name in ASCII [length])
 *   ‖ u32 runs ‖ runs × (u16 disk ‖ u64 first block ‖ u32 blocks) ‖ u32 CRC-32C of all before
 * </pre>
 *
 * @param runs in order
 */
public record BootTrace(List<Run> runs) {

    /** No trace. */
    public static final BootTrace NONE = new BootTrace(List.of());

    /** Of blocks too: 64 Ki of them are 4 GiB, more than any system reads to come up. */
    static final int MOST_RUNS = 1 << 16;

    private static final byte[] MAGIC = "LBTRACE\0".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 0;
    private static final int RUN_BYTES = Short.BYTES + Long.BYTES + Integer.BYTES;

    /** More than any machine has. */
    private static final int MOST_DISKS = 1 << 12;

    /**
     * Blocks that lie side by side.
     *
     * @param disk the disk's name
     * @param first the number of the first block
     * @param blocks how many
     */
    public record Run(String disk, long first, int blocks) {
        public Run {
            if (first < 0 || blocks < 1 || !Name.isName(disk)) {
                throw new IllegalArgumentException("%d blocks at %d of %s".formatted(blocks, first, disk));
            }
        }
    }

    public BootTrace {
        runs = List.copyOf(runs);
        // Of blocks there are at least as many as of runs.
        if (runs.stream().mapToLong(Run::blocks).sum() > MOST_RUNS) {
            throw new IllegalArgumentException("a boot trace of %d runs has too many blocks".formatted(runs.size()));
        }
    }

    /** How many blocks it names. */
    public long blocks() {
        return runs.stream().mapToLong(Run::blocks).sum();
    }

    /** The trace's bytes. */
    public byte[] encode() {
        Map<String, Integer> numbers = new LinkedHashMap<>();
        runs.forEach(run -> numbers.putIfAbsent(run.disk(), numbers.size()));
        int names =
                numbers.keySet().stream().mapToInt(name -> 1 + name.length()).sum();
        ByteBuffer into = ByteBuffer.allocate(
                MAGIC.length + 2 * Short.BYTES + names + Integer.BYTES + runs.size() * RUN_BYTES + Integer.BYTES);
        into.put(MAGIC).putShort((short) VERSION).putShort((short) numbers.size());
        for (String name : numbers.keySet()) {
            into.put((byte) name.length()).put(name.getBytes(StandardCharsets.US_ASCII));
        }
        into.putInt(runs.size());
        for (Run run : runs) {
            int disk = numbers.getOrDefault(run.disk(), 0);
            into.putShort((short) disk).putLong(run.first()).putInt(run.blocks());
        }
        into.putInt(checksum(into.array(), into.position()));
        return into.array();
    }

    /**
     * The trace that {@link #encode} wrote.
     *
     * @throws IllegalArgumentException when it is something else
     */
    public static BootTrace decode(byte[] bytes) {
        if (bytes.length < MAGIC.length || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new IllegalArgumentException("the boot trace is none");
        }
        ByteBuffer from = ByteBuffer.wrap(bytes).position(MAGIC.length);
        try {
            if (from.getShort() != VERSION) {
                throw new IllegalArgumentException("the boot trace has an unknown version");
            }
            int end = bytes.length - Integer.BYTES;
            if (from.getInt(end) != checksum(bytes, end)) {
                throw new IllegalArgumentException("the boot trace's checksum does not fit");
            }
            return content(from.limit(end));
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("the boot trace is cut off", e);
        }
    }

    private static BootTrace content(ByteBuffer from) {
        int disks = Short.toUnsignedInt(from.getShort());
        if (disks > MOST_DISKS) {
            throw new IllegalArgumentException("the boot trace names %d disks".formatted(disks));
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < disks; i++) {
            byte[] name = new byte[Byte.toUnsignedInt(from.get())];
            from.get(name);
            names.add(new String(name, StandardCharsets.US_ASCII));
        }
        int count = from.getInt();
        if (count < 0 || count > MOST_RUNS || from.remaining() != count * RUN_BYTES) {
            throw new IllegalArgumentException("the boot trace has not as many runs as it says");
        }
        List<Run> runs = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            runs.add(new Run(names.get(Short.toUnsignedInt(from.getShort())), from.getLong(), from.getInt()));
        }
        return new BootTrace(runs);
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, length);
        return (int) checksum.getValue();
    }
}
