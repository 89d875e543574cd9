package dev.lifeboat.recovery.export;

import dev.lifeboat.host.DetachedProcess;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Starts exports, each a process of its own that outlives this one, and finds them again. Safe for use by several
 * threads.
 */
public final class ExportStarter {

    private static final String NAME = "export";

    /** A machine of many disks on a slow store: its vault, point and keys are read before it is ready. */
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private static final Duration INTERVAL = Duration.ofMillis(50);

    /** What is kept of blocks, nodes and buffers is bounded below this heap; see {@code ServingExport}. */
    private static final List<String> JAVA_FLAGS = List.of(
            "-Xms16m",
            "-Xmx112m",
            "-Xss512k",
            "-XX:+UseSerialGC",
            "-XX:MaxMetaspaceSize=64m",
            "-XX:ReservedCodeCacheSize=32m",
            "-XX:MaxDirectMemorySize=64m",
            "-Xshare:auto",
            "-XX:-UsePerfData",
            // Nobody but its own agent talks to it, and what the JVM writes when it dies would have keys in it.
            "-XX:+DisableAttachMechanism",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=/dev/null",
            "-Djdk.nio.maxCachedBufferSize=1048576",
            "--enable-native-access=ALL-UNNAMED");

    /**
     * What decrypts and what hashes a block. Java begins to use the processor's own instructions for them after 5,000
     * blocks, since no method is called often or for long in itself; until then a block costs 0.4 ms more, of which a
     * machine notices most while it starts. With thresholds a thousandth as high it is a hundred blocks.
     */
    static final List<String> COMPILED_EARLY = List.of(
            "com.sun.crypto.provider.GaloisCounterMode::implGCMCrypt",
            "sun.security.provider.DigestBase::implCompressMultiBlock",
            "sun.security.provider.DigestBase::implCompressMultiBlock0");

    private final String mainClass;
    private final String classPath;
    private final Timekeeper time;

    /**
     * A starter.
     *
     * @param mainClass whose main takes {@code export} and its options
     * @param classPath for it
     */
    public ExportStarter(String mainClass, String classPath, Timekeeper time) {
        this.mainClass = mainClass;
        // The process works elsewhere than this one.
        this.classPath = Stream.of(classPath.split(File.pathSeparator, -1))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
        this.time = time;
    }

    /**
     * Starts an export and waits until it serves. The order is the caller's to close, before or after.
     *
     * @param files in a folder that is there
     * @throws LifeboatException with {@link ErrorCode#RECOVERY_EXPORT_RUNNING} when there is one already, which goes
     *     on; or {@link ErrorCode#RECOVERY_EXPORT_NOT_STARTED} with its last words
     */
    public RunningExport start(ExportOrder order, ExportFiles files) throws InterruptedException {
        if (find(files, order.machine()).isPresent()) {
            throw new LifeboatException(
                    ErrorCode.RECOVERY_EXPORT_RUNNING, "An export serves at %s already.".formatted(files.socket()));
        }
        DetachedProcess process = process(files, order.machine());
        byte[] encoded = order.encode();
        Process started = process.start(files.log());
        RunningExport export = new RunningExport(files, process, time);
        boolean ready = false;
        try {
            // By a thread of its own: who does not read shall not hold up who waits.
            Thread.ofVirtual().name("hand-order").start(() -> hand(encoded, started));
            time.await(START_LIMIT, INTERVAL, () -> !started.isAlive() || export.answers());
            ready = export.answers();
        } finally {
            if (!ready) {
                started.destroyForcibly();
            }
        }
        if (!ready) {
            throw new LifeboatException(
                    ErrorCode.RECOVERY_EXPORT_NOT_STARTED,
                    "The export of machine %s at %s did not start: %s"
                            .formatted(order.machine(), order.point(), lastWords(files.log())));
        }
        return export;
    }

    /** The export that serves there; empty when none does. */
    public Optional<RunningExport> find(ExportFiles files, String machine) {
        DetachedProcess process = process(files, machine);
        return process.running().map(_ -> new RunningExport(files, process, time));
    }

    private DetachedProcess process(ExportFiles files, String machine) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JAVA_FLAGS);
        command.add("-XX:CompileCommand=quiet");
        COMPILED_EARLY.forEach(
                method -> command.add("-XX:CompileCommand=CompileThresholdScaling,%s,0.001".formatted(method)));
        command.addAll(List.of("-cp", classPath, mainClass, NAME, files.argument()));
        return new DetachedProcess("export-" + machine, files.argument(), command);
    }

    private static void hand(byte[] encoded, Process started) {
        try (OutputStream input = started.getOutputStream()) {
            input.write(encoded);
        } catch (IOException e) {
            // It ended before it had read all: its last words say why.
        } finally {
            Arrays.fill(encoded, (byte) 0);
        }
    }

    private static String lastWords(Path log) {
        try {
            String text = ProgramRun.lastLines(Files.readString(log));
            return text.isEmpty() ? "it said nothing, and was not ready in time" : text;
        } catch (IOException e) {
            return "what it said cannot be read: " + e.getMessage();
        }
    }
}
