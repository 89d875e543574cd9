package dev.lifeboat.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Programs of others that talk NBD. A test that needs one that is not installed is skipped, and says which. */
final class Tools {

    private static final int LIMIT_SECONDS = 60;

    /** The flags of a socket that listens: __SO_ACCEPTCON. */
    private static final String ACCEPTING = " 00010000 ";

    private Tools() {}

    static void need(String program) {
        String path = System.getenv().getOrDefault("PATH", "");
        boolean there = List.of(path.split(File.pathSeparator)).stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
        Assumptions.assumeTrue(there, program + " is not installed");
    }

    /** Runs a program to its end, which must be a success, and gives what it wrote. */
    static String run(String... command) throws IOException, InterruptedException {
        need(command[0]);
        Path words = Files.createTempFile("tool", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(words.toFile())
                    .start();
            boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
            process.destroyForcibly().waitFor();
            String said = Files.readString(words, StandardCharsets.UTF_8);
            assertThat(ended).as("%s ends: %s", List.of(command), said).isTrue();
            assertThat(process.exitValue()).as("%s: %s", List.of(command), said).isZero();
            return said;
        } finally {
            Files.delete(words);
        }
    }

    /** Starts a server of somebody else and waits for its socket. */
    static Running serve(Path socket, String... command) throws IOException, InterruptedException {
        need(command[0]);
        Path words = Files.createTempFile("tool", ".out");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(words.toFile())
                .start();
        Running running = new Running(process, words);
        for (int i = 0; !isListening(socket); i++) {
            if (i > 3000 || !process.isAlive()) {
                String said = Files.readString(words, StandardCharsets.UTF_8);
                running.close();
                throw new IOException(List.of(command) + " does not listen: " + said);
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return running;
    }

    /**
     * Whether somebody listens at a socket, asked of the kernel (proc_pid_net(5), unix): the file is there a moment
     * before, and who connects to find out is a client already.
     */
    private static boolean isListening(Path socket) throws IOException {
        try (Stream<String> sockets = Files.lines(Path.of("/proc/net/unix"))) {
            return sockets.anyMatch(line -> line.endsWith(" " + socket) && line.contains(ACCEPTING));
        }
    }

    /** A program that runs until it is closed. */
    record Running(Process process, Path words) implements AutoCloseable {

        @Override
        public void close() throws IOException {
            process.destroy();
            try {
                if (!process.waitFor(5, TimeUnit.SECONDS)) {
                    process.destroyForcibly().waitFor();
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
            Files.deleteIfExists(words);
        }
    }

    static String[] with(List<String> first, String... rest) {
        List<String> all = new ArrayList<>(first);
        all.addAll(List.of(rest));
        return all.toArray(String[]::new);
    }

    /** Random pieces and pieces of zeroes in turn, of 128 KiB each. */
    static byte[] patchwork(int size, long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        byte[] bytes = new byte[size];
        byte[] patch = new byte[1 << 17];
        for (int at = 0; at + patch.length <= size; at += 2 * patch.length) {
            random.nextBytes(patch);
            System.arraycopy(patch, 0, bytes, at, patch.length);
        }
        return bytes;
    }
}
