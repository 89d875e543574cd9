package dev.lifeboat.bench.served;

import dev.lifeboat.bench.ServedWay.RandomFigures;
import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Who reads a disk that is served: libnbd's nbdcopy in order, and fio's nbd engine here and there. */
final class NbdReaders {

    static final int RANDOM_READS = 3072;

    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS = 1e9;
    private static final double MEBIBYTE = 1 << 20;

    private final Timekeeper time;

    NbdReaders(Timekeeper time) {
        this.time = time;
    }

    /** MiB of the disk in a second; holes count too, and whoever serves says where they are. */
    double sequential(String uri, ByteCount disk) throws InterruptedException {
        Duration begun = time.elapsed();
        Program.of("nbdcopy", "--connections=1", "--requests=16", uri, "null:")
                .within(LIMIT)
                .run()
                .orThrow();
        return disk.bytes() / MEBIBYTE / (time.elapsed().minus(begun).toNanos() / NANOS);
    }

    RandomFigures random(String uri) throws InterruptedException {
        ProgramRun run = Program.of("fio", "--name=random", "--ioengine=nbd", "--uri=" + uri, "--rw=randread")
                .with("--bs=4k", "--iodepth=1", "--number_ios=" + RANDOM_READS, "--randseed=7")
                .with("--output-format=json")
                .within(LIMIT)
                .run()
                .orThrow();
        return figures(run.output());
    }

    /** From what fio printed: lines of the engine, and a document. */
    static RandomFigures figures(String output) {
        try {
            JsonNode latency = JsonMapper.shared()
                    .readTree(output.substring(Math.max(0, output.indexOf('{'))))
                    .path("jobs")
                    .path(0)
                    .path("read")
                    .path("clat_ns")
                    .path("percentile");
            double median = latency.path("50.000000").asDouble(-1);
            double p99 = latency.path("99.000000").asDouble(-1);
            if (median < 0 || p99 < 0) {
                throw new LifeboatException(
                        ErrorCode.HOST_PROGRAM_FAILED, "fio told no percentiles: " + ProgramRun.lastLines(output));
            }
            return new RandomFigures(median / NANOS_PER_MILLI, p99 / NANOS_PER_MILLI);
        } catch (JacksonException e) {
            throw new LifeboatException(
                    ErrorCode.HOST_PROGRAM_FAILED, "fio printed no document: " + ProgramRun.lastLines(output), e);
        }
    }
}
