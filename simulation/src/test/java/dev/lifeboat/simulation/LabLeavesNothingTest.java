package dev.lifeboat.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.HostFolders;
import dev.lifeboat.host.Program;
import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.lab.LabHost;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** After {@code lab down} the computer is as it was, whatever had become of the {@code lab up} before it. */
@NeedsLab
class LabLeavesNothingTest {

    private static final long SEED = 20261120;
    private static final Path CACHE = HostFolders.of(System.getenv(), Path.of(System.getProperty("user.home")))
            .cache();

    private TestLab lab;
    private HostTraces before;

    @BeforeAll
    static void fillTheCache() throws IOException, InterruptedException {
        TestLab.fillTheCache();
    }

    @BeforeEach
    void rememberHowThingsStand() throws IOException, InterruptedException {
        lab = TestLab.named("traces");
        lab.succeed("down");
        before = traces();
    }

    @AfterEach
    void takeItDown() throws InterruptedException {
        lab.takeDown();
    }

    @Test
    void afterAnUpThatWentWell() throws Exception {
        lab.succeed("up", "--only", "scribe");
        assertThat(traces().since(before)).isNotEmpty();

        lab.succeed("down");

        assertThat(traces().since(before)).isEmpty();
        // Down is repeatable, too.
        lab.succeed("down");
        assertThat(traces().since(before)).isEmpty();
    }

    static Stream<Duration> someMomentsOfAnUp() {
        System.out.println("seed " + SEED);
        return new SplittableRandom(SEED).longs(4, 200, 9_000).mapToObj(Duration::ofMillis);
    }

    @ParameterizedTest
    @MethodSource("someMomentsOfAnUp")
    void afterAnUpThatWasKilled(Duration moment) throws Exception {
        kill(moment);
    }

    static Stream<Duration> manyMomentsOfAnUp() {
        System.out.println("seed " + SEED);
        return new SplittableRandom(SEED + 1).longs(40, 100, 20_000).mapToObj(Duration::ofMillis);
    }

    @Tag("long")
    @ParameterizedTest
    @MethodSource("manyMomentsOfAnUp")
    void afterAnUpThatWasKilledAtAnyMoment(Duration moment) throws Exception {
        kill(moment);
    }

    @Test
    void afterAnUpThatWasInterruptedEvenWithoutADown() throws Exception {
        Process up = lab.command("lab", "up", "--only", "scribe").start();
        BufferedReader said = up.errorReader(StandardCharsets.UTF_8);
        awaitLine(said, "Installing machine");

        TestLab.signal("INT", up.pid());

        awaitLine(said, "Removing what was made of the lab");
        awaitLine(said, "Interrupted");
        assertThat(up.waitFor()).isEqualTo(130);
        assertThat(traces().since(before)).isEmpty();
    }

    @Test
    void anUpThatFailsNeverRemovesTheDisksOfALabThatStoodBefore() throws Exception {
        lab.succeed("up", "--only", "scribe");
        lab.succeed("power-off", "primary");
        lab.succeed("power-off", "recovery");
        TestLab.signal("KILL", lab.containerId("world"));
        Path disk = lab.file(LabHost.PRIMARY_1, "lib/images/scribe-vdb.qcow2");
        String fallen = Program.of("sha256sum", disk.toString()).ask();

        Process up = lab.command("lab", "up", "--only", "scribe").start();
        awaitLine(up.errorReader(StandardCharsets.UTF_8), "Powering on: world");
        TestLab.signal("INT", up.pid());
        assertThat(up.waitFor()).isEqualTo(130);

        assertThat(Program.of("sha256sum", disk.toString()).ask()).isEqualTo(fallen);
        lab.succeed("up", "--only", "scribe");
    }

    private static void awaitLine(BufferedReader said, String wanted) throws IOException {
        String line = said.readLine();
        while (line != null && !line.contains(wanted)) {
            line = said.readLine();
        }
        assertThat(line).as("a line with `%s`", wanted).isNotNull();
    }

    private void kill(Duration moment) throws Exception {
        Process up = lab.command("lab", "up", "--only", "scribe").start();
        new SystemTimekeeper().pause(moment);
        up.destroyForcibly().waitFor();

        lab.succeed("down");

        assertThat(traces().since(before)).isEmpty();
    }

    private HostTraces traces() throws IOException, InterruptedException {
        return HostTraces.now(lab.state(), CACHE, Path.of("/etc/libvirt"), Path.of("/var/lib/libvirt"));
    }
}
