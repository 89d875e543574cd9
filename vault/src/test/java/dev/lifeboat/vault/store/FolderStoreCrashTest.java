package dev.lifeboat.vault.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes that put objects are killed with SIGKILL at seeded moments. */
class FolderStoreCrashTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whateverIsListedAfterAKillIsWholeAndWhateverWasAnsweredIsThere(long seed) throws Exception {
        SteppedTime time = new SteppedTime();
        Path root = folder.resolve("store");
        FolderStore store = FolderStore.create(root, time, new SplittableRandom(seed));

        List<String> answered = putUntilKilled(root, seed);

        List<String> listed = BlobStoreContract.listed(store, "");
        assertThat(listed).containsAll(answered);
        for (String name : listed) {
            assertThat(store.get(ObjectName.of(name))).as(name).isEqualTo(PutLoop.contentOf(ObjectName.of(name)));
        }
        System.out.printf(
                "seed %d: %d answered, %d listed, %d left in .incoming%n",
                seed,
                answered.size(),
                listed.size(),
                files(root.resolve(".incoming")).size());

        // The next writer goes on, and a day later nothing is left of the killed one.
        for (Path left : files(root.resolve(".incoming"))) {
            Files.setLastModifiedTime(left, FileTime.from(SteppedTime.START));
        }
        time.pause(IncomingFiles.OLD.plus(Duration.ofMinutes(1)));
        ObjectName next = ObjectName.of("k/next");
        assertThat(store.putIfAbsent(next, BlobStoreContract.bytes("x"))).isEqualTo(PutResult.CREATED);
        assertThat(files(root.resolve(".incoming"))).isEmpty();
    }

    private static List<String> putUntilKilled(Path root, long seed) throws IOException, InterruptedException {
        SplittableRandom random = new SplittableRandom(seed);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        PutLoop.class.getName(),
                        root.toString(),
                        Long.toString(seed))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines = process.inputReader(StandardCharsets.US_ASCII)) {
            List<String> answered = new ArrayList<>();
            int enough = random.nextInt(5, 60);
            while (answered.size() < enough) {
                String line = lines.readLine();
                assertThat(line).as("the process ended by itself").isNotNull();
                answered.add(line);
            }
            LockSupport.parkNanos(random.nextLong(Duration.ofMillis(8).toNanos()));
            // By its handle: the process's own method would throw away what it said before it died.
            process.toHandle().destroyForcibly();
            // What it said last may have been cut off in the midst of a name: only whole lines were answers.
            String rest = rest(lines);
            answered.addAll(
                    rest.substring(0, rest.lastIndexOf('\n') + 1).lines().toList());
            return answered;
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static String rest(BufferedReader lines) throws IOException {
        StringBuilder rest = new StringBuilder();
        for (int character = lines.read(); character >= 0; character = lines.read()) {
            rest.append((char) character);
        }
        return rest.toString();
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
