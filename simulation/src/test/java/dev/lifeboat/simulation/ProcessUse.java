package dev.lifeboat.simulation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What a process has used until now, as the kernel counts it (proc(5)).
 *
 * @param processor user and system time since its start
 * @param residentKib what is resident now, all kinds of pages together
 * @param anonymousKib the part of it that no file stands behind: heap, stacks, native memory
 * @param peakKib the most that was ever resident
 */
record ProcessUse(Duration processor, long residentKib, long anonymousKib, long peakKib) {

    static ProcessUse of(ProcessHandle process) throws IOException {
        List<String> status = Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status"));
        return new ProcessUse(
                process.info().totalCpuDuration().orElseThrow(),
                kibibytes(status, "VmRSS:"),
                kibibytes(status, "RssAnon:"),
                kibibytes(status, "VmHWM:"));
    }

    private static long kibibytes(List<String> status, String field) {
        return status.stream()
                .filter(line -> line.startsWith(field))
                .map(line ->
                        line.substring(field.length(), line.lastIndexOf(' ')).strip())
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow();
    }
}
