package dev.lifeboat.model;

import java.util.List;
import java.util.Locale;

/**
 * A number of bytes, and the one way in which it is shown to a person.
 *
 * @param bytes how many; never negative
 */
public record ByteCount(long bytes) implements Comparable<ByteCount> {

    private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB");
    private static final int STEP = 1024;

    public ByteCount {
        if (bytes < 0) {
            throw new IllegalArgumentException("a byte count of " + bytes);
        }
    }

    public static ByteCount ofMebibytes(long mebibytes) {
        return new ByteCount(Math.multiplyExact(mebibytes, 1L << 20));
    }

    public static ByteCount ofGibibytes(long gibibytes) {
        return new ByteCount(Math.multiplyExact(gibibytes, 1L << 30));
    }

    /** With one decimal and a binary unit: {@code 1.5 GiB}; below 1 KiB the plain number: {@code 512 B}. */
    public String text() {
        if (bytes < STEP) {
            return bytes + " B";
        }
        double shown = bytes;
        int unit = 0;
        // 1023.97 KiB would be shown as 1024.0 KiB: what rounds up to the next unit is shown in it.
        while (shown >= STEP - 0.05 && unit < UNITS.size() - 1) {
            shown /= STEP;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %s", shown, UNITS.get(unit));
    }

    @Override
    public int compareTo(ByteCount other) {
        return Long.compare(bytes, other.bytes);
    }

    @Override
    public String toString() {
        return text();
    }
}
