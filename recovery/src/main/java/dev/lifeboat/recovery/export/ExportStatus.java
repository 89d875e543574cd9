package dev.lifeboat.recovery.export;

import dev.lifeboat.vault.point.PointId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How an export stands.
 *
 * @param machine whose disks it serves
 * @param point as they were at
 * @param processId its own
 * @param clients how many connections it has
 * @param bytesRead by clients since it began
 * @param bytesFetched from the store since it began; less or more, for blocks are stored compressed and fetched ahead
 * @param failures how many reads it answered with an error
 * @param storeSilent whether it waits for a store that does not answer
 * @param bootOver whether it was told that the machine is up
 * @param tracePieces of the boot trace it was given
 * @param tracePiecesDone how many of those are in the local cache, or could not be fetched
 * @param undumpable whether nobody but root can look into its memory
 * @param locked whether its memory stays out of the swap space
 */
public record ExportStatus(
        String machine,
        PointId point,
        long processId,
        int clients,
        long bytesRead,
        long bytesFetched,
        long failures,
        boolean storeSilent,
        boolean bootOver,
        int tracePieces,
        int tracePiecesDone,
        boolean undumpable,
        boolean locked) {

    /** As lines of {@code key value}. */
    List<String> lines() {
        return List.of(
                "machine " + machine,
                "point " + point,
                "process " + processId,
                "clients " + clients,
                "read " + bytesRead,
                "fetched " + bytesFetched,
                "failures " + failures,
                "silent " + storeSilent,
                "booted " + bootOver,
                "pieces " + tracePieces,
                "pieces-done " + tracePiecesDone,
                "undumpable " + undumpable,
                "locked " + locked);
    }

    /** What these lines say; keys that are not known are passed over. */
    static ExportStatus of(List<String> lines) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String line : lines) {
            int space = line.indexOf(' ');
            if (space > 0) {
                values.put(line.substring(0, space), line.substring(space + 1));
            }
        }
        return new ExportStatus(
                value(values, "machine"),
                PointId.parse(value(values, "point")),
                number(values, "process"),
                (int) number(values, "clients"),
                number(values, "read"),
                number(values, "fetched"),
                number(values, "failures"),
                flag(values, "silent"),
                flag(values, "booted"),
                (int) number(values, "pieces"),
                (int) number(values, "pieces-done"),
                flag(values, "undumpable"),
                flag(values, "locked"));
    }

    private static String value(Map<String, String> values, String key) {
        String value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException("nothing is said of " + key);
        }
        return value;
    }

    private static long number(Map<String, String> values, String key) {
        return Long.parseLong(value(values, key));
    }

    private static boolean flag(Map<String, String> values, String key) {
        return Boolean.parseBoolean(value(values, key));
    }
}
