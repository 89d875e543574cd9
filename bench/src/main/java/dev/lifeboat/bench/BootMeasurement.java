package dev.lifeboat.bench;

/**
 * One start, as it was measured; the figures as in {@link BootFigures}.
 *
 * @param way which
 * @param diskBytes the size of the disk
 * @param round from 1
 */
public record BootMeasurement(
        String way,
        long diskBytes,
        int round,
        double httpS,
        double runningS,
        long fetchedBytes,
        long readBytes,
        double cpuS,
        double rssMib) {

    static BootMeasurement of(BootWay way, int round, BootFigures figures) {
        return new BootMeasurement(
                way.kind().label(),
                way.disk().bytes(),
                round,
                Row.rounded(figures.httpS()),
                Row.rounded(figures.runningS()),
                figures.fetchedBytes(),
                figures.readBytes(),
                Row.rounded(figures.cpuS()),
                Row.rounded(figures.rssMib()));
    }
}
