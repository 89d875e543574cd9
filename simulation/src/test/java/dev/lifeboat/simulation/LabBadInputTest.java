package dev.lifeboat.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramRun;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a lab says to what it cannot do: the code, the exit code, what is safe, what to do; and nothing is half made.
 */
@NeedsLab
class LabBadInputTest {

    private TestLab lab;

    @BeforeEach
    void nothingIsUp() throws IOException {
        lab = TestLab.named("bad");
    }

    @AfterEach
    void nothingHasBeenMade() throws InterruptedException {
        assertThat(lab.folder()).doesNotExist();
        lab.takeDown();
    }

    @Test
    void aSiteThatDoesNotExist() throws InterruptedException {
        refused(lab.command("lab", "power-off", "atlantis"), 4, "LB-LAB-002", "atlantis", "primary, recovery");
    }

    @Test
    void aMachineThatDoesNotExist() throws InterruptedException {
        refused(lab.command("lab", "up", "--only", "mail"), 4, "LB-LAB-004", "mail", "web, db, scribe, assorted");
    }

    @Test
    void aLabThatIsNotUp() throws InterruptedException {
        for (List<String> command : List.of(
                List.of("status"),
                List.of("power-off", "primary"),
                List.of("power-on", "recovery"),
                List.of("cut-link"),
                List.of("join-link"),
                List.of("customer", "--notebook", lab.scratch("notebook").toString()),
                List.of("open", "--port", "0"))) {
            List<String> whole = new ArrayList<>(List.of("lab"));
            whole.addAll(command);
            refused(lab.command(whole.toArray(String[]::new)), 4, "LB-LAB-003", "'bad'");
        }
        assertThat(lab.scratch("notebook")).doesNotExist();
    }

    @Test
    void aNameThatCannotBeALabs() throws InterruptedException {
        refused(TestLab.lifeboat("lab", "up", "--name", "../etc"), 2, "LB-LAB-001", "../etc");
        refused(TestLab.lifeboat("lab", "up", "--name", "averyverylongname"), 2, "LB-LAB-001");
    }

    @Test
    void anOptionThatDoesNotExist() throws InterruptedException {
        refused(lab.command("lab", "up", "--machines", "scribe"), 2, "LB-CLI-001", "--machines");
    }

    @Test
    void notRoot() throws IOException, InterruptedException {
        // The checkout may be where only root can read it.
        Path jars = Files.createTempDirectory(Path.of("/var/tmp"), "lb-jars-");
        try {
            Program.of("sh", "-c", "cp \"$0\"/*.jar \"$1\" && chmod -R a+rX \"$1\"")
                    .with(TestLab.ASSEMBLED.toString(), jars.toString())
                    .ask();
            refused(
                    TestLab.lifeboat(jars, "lab", "up", "--only", "scribe", "--name", "bad")
                            .startedBy("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
                    3,
                    "LB-HOST-014",
                    "root");
        } finally {
            Program.of("rm", "-rf", jars.toString()).ask();
        }
    }

    @Test
    void aProgramThatIsMissing() throws IOException, InterruptedException {
        Path programs = Files.createDirectory(lab.scratch("programs"));
        for (String program : List.of("sh", "id", "env", "unshare", "nsenter", "ip")) {
            Files.createSymbolicLink(programs.resolve(program), Path.of("/usr/bin", program));
        }
        refused(
                lab.command("lab", "up", "--only", "scribe").withVariable("PATH", programs.toString()),
                1,
                "LB-HOST-013",
                "qemu-system-x86",
                "doctor --fix");
    }

    @Test
    void noSpaceOnTheDisk() throws IOException, InterruptedException {
        Path small = Files.createDirectory(lab.scratch("small"));
        String mountAndRun = "mount -t tmpfs -o size=64m tmpfs \"$0\" && exec \"$@\"";
        Program up = TestLab.lifeboat("lab", "up", "--only", "scribe", "--name", "bad")
                .startedBy("unshare", "--mount", "sh", "-c", mountAndRun, small.toString())
                .withVariable("LIFEBOAT_STATE_DIR", small.toString());

        refused(up, 1, "LB-HOST-015", "free for", small.toString());
    }

    @Test
    void anotherCommandAtWorkOnTheSameLab() throws IOException, InterruptedException {
        Path lock = lab.folder().resolveSibling(".bad.lock");
        Files.createDirectories(lab.folder().getParent());
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = channel.lock()) {
            assertThat(held.isValid()).isTrue();
            refused(lab.command("lab", "up", "--only", "scribe"), 3, "LB-LAB-008");
            refused(lab.command("lab", "down"), 3, "LB-LAB-008");
        }
    }

    @Test
    void aPortThatIsTaken() throws IOException, InterruptedException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            lab.succeed("up", "--only", "scribe");
            Process open = lab.command("lab", "open", "--port", "0").start();
            assertThat(open.inputReader().readLine()).contains("http://localhost:");
            TestLab.signal("INT", open.pid());
            assertThat(open.waitFor(Duration.ofSeconds(60)))
                    .as("Ctrl-C ends it")
                    .isTrue();
            assertThat(open.exitValue()).isEqualTo(130);
            refused(
                    lab.command("lab", "open", "--port", Integer.toString(taken.getLocalPort())),
                    1,
                    "LB-HOST-020",
                    Integer.toString(taken.getLocalPort()));
            lab.succeed("down");
        }
    }

    @Test
    void aPortAndARecordThatCannotBe() throws InterruptedException {
        refused(lab.command("lab", "open", "--port", "70000"), 2, "LB-CLI-001", "70000");
        refused(
                TestLab.lifeboat("lab", "check-records", "--disk", "/dev/null", "--announced", "-5"),
                2,
                "LB-CLI-001",
                "-5");
    }

    @Test
    void aFolderInWhichNoLabCanStand() throws InterruptedException {
        for (String folder : List.of("/var/tmp/with a space", "/var/tmp/" + "long".repeat(20))) {
            refused(
                    TestLab.lifeboat("lab", "up", "--name", "bad").withVariable("LIFEBOAT_STATE_DIR", folder),
                    2,
                    "LB-LAB-015",
                    "LIFEBOAT_STATE_DIR");
        }
    }

    @Test
    void aNotebookThatIsNone() throws IOException, InterruptedException {
        Path file = Files.writeString(lab.scratch("notebook"), "groceries\n");
        refused(lab.command("lab", "check-orders", "--notebook", file.toString()), 1, "LB-LAB-011", file.toString());
    }

    private static void refused(Program command, int exitCode, String... said) throws InterruptedException {
        ProgramRun run = command.run();
        assertThat(run.exitCode()).as(run.complaint()).isEqualTo(exitCode);
        assertThat(run.errors()).contains(said).contains(": ", "Next:  ");
        assertThat(run.errors()).doesNotContain("Exception", "\tat ");
    }
}
