package dev.lifeboat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class VersionAndCompletionTest {

    @Command(name = "lifeboat")
    private static final class Root implements Callable<Integer> {
        @Override
        public Integer call() {
            return 0;
        }
    }

    private final StringWriter output = new StringWriter();

    @Test
    void theVersionIsThatOfTheBuild() {
        assertThat(LifeboatVersion.current()).matches("\\d+\\.\\d+\\.\\d+(-\\w+)?");
    }

    @Test
    void versionNamesWhatAReportNeeds() {
        assertThat(run("version")).isZero();

        assertThat(output.toString())
                .contains(
                        "lifeboat",
                        LifeboatVersion.current(),
                        Runtime.version().toString(),
                        "kernel",
                        "qemu",
                        "libvirt");
    }

    @Test
    void versionIsADocumentToo() {
        assertThat(run("version", "--output", "yaml")).isZero();

        assertThat(output.toString()).contains("lifeboat: \"" + LifeboatVersion.current(), "operating_system:");
    }

    @Test
    void completionIsOfTheWholeCommandAndReadByBash(@TempDir Path folder) throws IOException, InterruptedException {
        assertThat(run("completion")).isZero();

        assertThat(output.toString()).contains("complete -F _complete_lifeboat", "_picocli_lifeboat_version");
        Path script = Files.writeString(folder.resolve("completion"), output.toString());
        assertThat(new ProcessBuilder("bash", "-n", script.toString()).start().waitFor())
                .isZero();
    }

    private int run(String... arguments) {
        return new CommandLine(new Root())
                .addSubcommand(new VersionCommand())
                .addSubcommand(new CompletionCommand())
                .setOut(new PrintWriter(output))
                .setErr(new PrintWriter(output))
                .execute(arguments);
    }
}
