package dev.lifeboat.bench.tool;

import dev.lifeboat.model.Timekeeper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Meters work that is done inside of this process, for what a running service does again and again. The processor time
 * is that of all threads, with a resolution of 10 ms; the memory is the most that the process ever had.
 */
public final class OwnMeter {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String PEAK = "VmHWM:";
    private static final int KIB_PER_MIB = 1024;
    private static final double NANOS = 1e9;

    private final Timekeeper time;
    private Duration begun = Duration.ZERO;
    private Duration cpuBefore = Duration.ZERO;

    public OwnMeter(Timekeeper time) {
        this.time = time;
    }

    /** The work begins. */
    public void begin() {
        cpuBefore = cpu();
        begun = time.elapsed();
    }

    /** The work has ended: what it took since {@link #begin}. */
    public ProcessCost end() {
        Duration wall = time.elapsed().minus(begun);
        return new ProcessCost(seconds(wall), seconds(cpu().minus(cpuBefore)), peakMib());
    }

    private static Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private static double peakMib() {
        try {
            return peakMib(Files.readAllLines(STATUS));
        } catch (IOException e) {
            throw new UncheckedIOException("/proc is not mounted", e);
        }
    }

    /** From the lines of a process's status file, see proc(5). */
    static double peakMib(List<String> status) {
        return status.stream()
                .filter(line -> line.startsWith(PEAK))
                .map(line -> line.substring(PEAK.length()).replace("kB", "").strip())
                .mapToDouble(kib -> (double) Long.parseLong(kib) / KIB_PER_MIB)
                .findFirst()
                .orElse(0);
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / NANOS;
    }
}
