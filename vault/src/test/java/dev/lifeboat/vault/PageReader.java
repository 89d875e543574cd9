package dev.lifeboat.vault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * {@code docs/formats/read_vault.py}, the reader that was written from the format's page alone. A test that wants it is
 * skipped where Python or one of its modules is missing.
 */
final class PageReader {

    /** Debian's own, because another one in the path need not have Debian's modules. */
    private static final String PYTHON = "/usr/bin/python3";

    private static final String SCRIPT = Path.of(System.getProperty("lifeboat.root"), "docs/formats/read_vault.py")
            .toString();
    private static final int LIMIT_SECONDS = 120;

    private PageReader() {}

    /** How the script ended, and all that it wrote. */
    record Ending(int status, String words) {}

    static void need() throws IOException, InterruptedException {
        Assumptions.assumeTrue(Files.isExecutable(Path.of(PYTHON)), PYTHON + " is not installed");
        for (String module : List.of("cryptography", "zstandard", "argon2")) {
            boolean there = process(List.of(PYTHON, "-c", "import " + module)).status() == 0;
            Assumptions.assumeTrue(there, "python3-" + module + " is not installed");
        }
    }

    static Ending run(Object... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(PYTHON, SCRIPT));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return process(command);
    }

    /** What the script wrote, which must have been a success. */
    static String read(Object... arguments) throws IOException, InterruptedException {
        Ending ending = run(arguments);
        assertThat(ending.status()).as(ending.words()).isZero();
        return ending.words();
    }

    private static Ending process(List<String> command) throws IOException, InterruptedException {
        Path words = Files.createTempFile("python", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(words.toFile())
                    .start();
            boolean ended;
            try {
                ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
            } finally {
                process.destroyForcibly().waitFor();
            }
            String said = Files.readString(words);
            assertThat(ended).as("%s ends: %s", command, said).isTrue();
            return new Ending(process.exitValue(), said);
        } finally {
            Files.delete(words);
        }
    }
}
