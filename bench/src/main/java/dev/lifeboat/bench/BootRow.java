package dev.lifeboat.bench;

import java.util.List;

/**
 * What a way took: the median of each figure of {@link BootFigures} over all rounds, each by itself.
 *
 * @param way which
 * @param diskBytes the size of the disk
 */
public record BootRow(
        String way,
        long diskBytes,
        double httpS,
        double runningS,
        long fetchedBytes,
        long readBytes,
        double cpuS,
        double rssMib) {

    /** @param measurements of one way and one disk; at least one */
    static BootRow medianOf(List<BootMeasurement> measurements) {
        BootMeasurement first = measurements.getFirst();
        return new BootRow(
                first.way(),
                first.diskBytes(),
                Row.rounded(Row.median(measurements, BootMeasurement::httpS)),
                Row.rounded(Row.median(measurements, BootMeasurement::runningS)),
                Math.round(Row.median(measurements, BootMeasurement::fetchedBytes)),
                Math.round(Row.median(measurements, BootMeasurement::readBytes)),
                Row.rounded(Row.median(measurements, BootMeasurement::cpuS)),
                Row.rounded(Row.median(measurements, BootMeasurement::rssMib)));
    }
}
