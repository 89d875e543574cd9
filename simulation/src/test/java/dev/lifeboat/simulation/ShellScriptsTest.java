package dev.lifeboat.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Every shell script of the tree is clean under shellcheck. */
class ShellScriptsTest {

    private static final Path ROOT = Path.of(Objects.requireNonNull(System.getProperty("lifeboat.root")));

    @Test
    void everyShellScriptIsClean() throws IOException, InterruptedException {
        Assumptions.assumeTrue(isInstalled(), "shellcheck is not installed");
        List<String> scripts = shellScripts();
        assertThat(scripts)
                .contains("lifeboat", "mvnw", ".ci/run", "scripts/find-jdk", "lab/src/main/container/host.sh");

        ProgramRun check = Program.of(
                        "sh", "-c", "cd \"$0\" && exec shellcheck --external-sources \"$@\"", ROOT.toString())
                .with(scripts.toArray(String[]::new))
                .run();

        assertThat(check.exitCode()).as(check.output() + check.errors()).isZero();
    }

    private static boolean isInstalled() throws InterruptedException {
        try {
            return Program.of("shellcheck", "--version").run().succeeded();
        } catch (LifeboatException e) {
            return false;
        }
    }

    private static List<String> shellScripts() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> !file.toString().contains("/target/")
                            && !file.toString().contains("/.git/"))
                    .filter(Files::isRegularFile)
                    .filter(ShellScriptsTest::isShell)
                    .map(file -> ROOT.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    private static boolean isShell(Path file) {
        if (file.toString().endsWith(".sh")) {
            return true;
        }
        try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            return lines.findFirst().orElse("").matches("#!/(usr/bin/env |bin/|usr/bin/)(ba)?sh.*");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
