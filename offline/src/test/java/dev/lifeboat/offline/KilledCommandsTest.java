package dev.lifeboat.offline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.recovery.image.ImageFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Imports and exports in processes of their own that are killed, by SIGKILL, at moments that follow from a seed. */
class KilledCommandsTest {

    private static final long MIB = 1 << 20;
    private static final long SEED = 20_260_917;
    /** Of its rounds, until one kill was in time. */
    private static final int MOST_ROUNDS = 5;

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Timekeeper time = VaultOnDisk.context().time();

    @TempDir
    private Path folder;

    private ImageVault vault;
    private Path image;

    @BeforeEach
    void importOne() throws IOException {
        vault = ImageVault.made(folder);
        image = ImageFiles.make(folder.resolve("a.raw"), 40 * MIB, 1, 100);
        vault.imported("--disk", "vda=" + image);
    }

    /** How long it takes when nobody kills it. */
    private Duration whole(String... command) throws Exception {
        Duration begin = time.elapsed();
        assertThat(vault.start(command).waitFor())
                .as(Files.readString(folder.resolve("child-errors")))
                .isZero();
        return time.elapsed().minus(begin);
    }

    /** Starts it and kills it after a while; whether it had not ended by itself. */
    private boolean kill(long millis, String... command) throws Exception {
        Process process = vault.start(command);
        boolean ended = process.waitFor(millis, TimeUnit.MILLISECONDS);
        process.destroyForcibly().waitFor();
        return !ended;
    }

    /** So many times, and further while every one of them came too late. */
    private static boolean goesOn(int done, int times, int killed) {
        return done < times || (killed == 0 && done < MOST_ROUNDS * times);
    }

    /** What was over before it was killed takes less time than the first one did, which ran with empty caches. */
    private static long shorter(long millis) {
        return Math.max(1, millis * 2 / 3);
    }

    private void killImports(int times, long seed) throws Exception {
        Random random = new Random(seed);
        Path next = folder.resolve("next.raw");
        ImageFiles.make(next, 40 * MIB, seed, 100);
        String[] command = vault.importing("--disk", "vda=" + next);
        long longest = whole(command).toMillis();
        List<String> points = vault.points();
        int killed = 0;
        for (int i = 0; goesOn(i, times, killed); i++) {
            Path before = Files.move(next, folder.resolve("before.raw"));
            ImageFiles.make(next, 40 * MIB, random.nextLong(), 100);
            boolean early = kill(longest / 5 + random.nextLong(longest), command);
            killed += early ? 1 : 0;
            longest = early ? longest : shorter(longest);

            vault.assertSound();
            List<String> now = vault.points();
            assertThat(now).as("kill %d of seed %d", i, seed).startsWith(points.toArray(String[]::new));
            assertThat(now.size()).isLessThanOrEqualTo(points.size() + 1);
            assertThat(now).allMatch(point -> point.endsWith(" point"));
            vault.assertExact("web@1-" + points.size(), "vda", before);
            if (now.size() > points.size()) {
                vault.assertExact("web@1-" + now.size(), "vda", next);
            }
            vault.imported("--disk", "vda=" + next);
            points = vault.points();
            assertThat(points).hasSize(now.size() + 1);
            vault.assertExact("web@1-" + points.size(), "vda", next);
            Files.delete(before);
        }
        assertThat(killed).as("imports that were killed before their end").isPositive();
        vault.assertExact("web@1-1", "vda", image);
        vault.assertSound();
    }

    private void assertFinished(Path out, ImageFormat format) throws Exception {
        if (format == ImageFormat.raw) {
            ImageFiles.assertSame(out, image);
        } else {
            ImageFiles.tool("qemu-img", "compare", "-f", "qcow2", "-F", "raw", out.toString(), image.toString());
        }
        try (Stream<Path> files = Files.list(out.resolveSibling(""))) {
            assertThat(files).containsExactly(out);
        }
        Files.delete(out);
    }

    private void killExports(int times, ImageFormat format, long seed) throws Exception {
        Random random = new Random(seed);
        Path out = Files.createDirectories(folder.resolve("exports")).resolve("out");
        String[] command = vault.exporting("web@1-1", out, "--format", format.name());
        long longest = whole(command).toMillis();
        assertFinished(out, format);
        int killed = 0;
        for (int i = 0; goesOn(i, times, killed); i++) {
            boolean early = kill(longest / 3 + random.nextLong(longest), command);
            killed += early ? 1 : 0;
            longest = early ? longest : shorter(longest);

            if (!Files.exists(out) || Files.exists(out.resolveSibling("out.part.journal"))) {
                ImageFiles.json(vault.run(command));
            }
            assertFinished(out, format);
        }
        assertThat(killed).as("exports that were killed before their end").isPositive();
        vault.assertSound();
    }

    /** Kills exports once they have written down how far they are, until one goes on from there. */
    private void assertResumed(ImageFormat format) throws Exception {
        Path out = Files.createDirectories(folder.resolve("exports")).resolve("out");
        Path journal = out.resolveSibling("out.part.journal");
        String[] command = vault.exporting("web@1-1", out, "--format", format.name());
        List<Long> resumed = new ArrayList<>();
        for (int i = 0; i < 5 && resumed.stream().noneMatch(from -> from > 0); i++) {
            Process process = vault.start(command);
            time.await(LIMIT, Duration.ofMillis(1), () -> reached(journal) > 0 || !process.isAlive());
            process.destroyForcibly().waitFor();
            if (!Files.exists(out)) {
                JsonNode result = ImageFiles.json(vault.run(command));
                resumed.add(result.path("resumed_from").asLong());
            } else if (Files.exists(journal)) {
                ImageFiles.json(vault.run(command));
            }
            assertFinished(out, format);
        }
        assertThat(resumed).anyMatch(from -> from > 0);
    }

    private static long reached(Path journal) {
        try {
            List<String> lines = Files.readAllLines(journal);
            return lines.size() < 2 ? 0 : Long.parseLong(lines.getLast());
        } catch (IOException e) {
            return 0;
        }
    }

    @Test
    void aKilledImportPublishesAllOrNothing() throws Exception {
        killImports(8, SEED);
    }

    @Test
    void aKilledExportIsFinishedByTheSameCommand() throws Exception {
        killExports(8, ImageFormat.raw, SEED + 1);
    }

    @Test
    void aKilledQcow2ExportIsFinishedByTheSameCommand() throws Exception {
        killExports(3, ImageFormat.qcow2, SEED + 2);
    }

    @Test
    void aKilledExportGoesOnFromWhatWasDurable() throws Exception {
        assertResumed(ImageFormat.raw);
        assertResumed(ImageFormat.qcow2);
    }

    @Test
    void whatACommandStartedEndsWithIt() throws Exception {
        Path out = Files.createDirectories(folder.resolve("exports")).resolve("out");
        Process process = vault.start(vault.exporting("web@1-1", out, "--format", "qcow2"));
        List<ProcessHandle> servers = new ArrayList<>();
        time.await(LIMIT, Duration.ofMillis(1), () -> {
            process.descendants()
                    .filter(one -> one.info().command().orElse("").endsWith("/qemu-nbd"))
                    .forEach(servers::add);
            return !servers.isEmpty() || !process.isAlive();
        });
        assertThat(servers).isNotEmpty();

        process.destroyForcibly().waitFor();

        for (ProcessHandle server : servers) {
            server.onExit().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    @Test
    @Tag("long")
    void manyKilledImportsPublishAllOrNothing() throws Exception {
        killImports(40, SEED + 3);
    }

    @Test
    @Tag("long")
    void manyKilledExportsAreFinishedByTheSameCommand() throws Exception {
        killExports(40, ImageFormat.raw, SEED + 4);
        killExports(20, ImageFormat.qcow2, SEED + 5);
    }
}
