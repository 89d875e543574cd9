package dev.lifeboat.bench.tool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Meters processes that run on, from outside: the kernel's counts of them at one moment, see proc(5). The processor
 * time has a resolution of 10 ms and is that of all of them together; the memory is that of the one that ever had most,
 * as GNU time counts it.
 *
 * @param cpu the processor time, user and system, since the processes began
 * @param peakMib the most memory, in MiB
 */
public record ServiceMeter(Duration cpu, double peakMib) {

    private static final double NANOS = 1e9;

    /** As it stands now. A process that has ended counts no longer. */
    public static ServiceMeter read(Stream<ProcessHandle> processes) {
        List<ProcessHandle> all = processes.toList();
        Duration cpu = all.stream()
                .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
                .reduce(Duration.ZERO, Duration::plus);
        double peak = all.stream().mapToDouble(ServiceMeter::peak).max().orElse(0);
        return new ServiceMeter(cpu, peak);
    }

    /** What was done since it was like that, in a time that was measured otherwise. */
    public ProcessCost since(Duration before, Duration wall) {
        return new ProcessCost(wall.toNanos() / NANOS, cpu.minus(before).toNanos() / NANOS, peakMib);
    }

    private static double peak(ProcessHandle process) {
        try {
            return OwnMeter.peakMib(Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")));
        } catch (IOException e) {
            // It has ended meanwhile.
            return 0;
        }
    }
}
