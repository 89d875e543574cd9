package dev.lifeboat.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.lab.LabHost;
import dev.lifeboat.lab.scribe.ScribeClient;
import dev.lifeboat.lab.scribe.SlotDeed;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.Timekeeper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A site is lost while its machine has records that are in no point; the machine goes on at the other site and comes
 * home: what was lost is kept, home follows while the other site serves, and the machine runs on its old disks again.
 *
 * <p>Points of the other site are made here with the machine off, by importing what it has on its disks, with the
 * credentials of the group's owner.
 */
@Tag("long")
@NeedsLab
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ScribeComesHomeTest {

    private static final String RECOVERY = """
            recovery:
              folder: /var/lib/libvirt/recovery
            """;
    private static final int PUBLISHED = 8080;
    private static final int BLOCK = 1 << 16;
    private static final int SLOTS_AT_ONCE = 20_000;
    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(8);
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);
    private static final List<String> DISKS = List.of("vda", "vdb");

    private final Timekeeper time = new SystemTimekeeper();
    private TestLab lab;
    private ProtectedLab guarded;
    private LabAgent home;
    private LabAgent away;
    private RecoveredScribe there;
    private long lost;
    private String recovered = "";
    private List<String> fallen = List.of();
    private long carried;

    @BeforeAll
    void loseTheSite() throws Exception {
        lab = TestLab.named("home");
        guarded = new ProtectedLab(lab);
        lab.succeed("up", "--only", "scribe");
        home = new LabAgent(lab, LabHost.PRIMARY_1, guarded, ProtectedScribe.every5s());
        home.start();
        home.awaitFreshPoint("scribe");
        home.awaitFreshPoint("scribe");
        home.kill();
        long published = lab.scribe(ScribeClient::last);
        assertThat(time.await(LIMIT, LOOK_AGAIN, () -> last() > published + 20)).isTrue();
        lost = lab.scribe(ScribeClient::last);
        lab.succeed("power-off", "primary");
        recovered = guarded.points("scribe").getLast().path("id").asString();
        there = new RecoveredScribe(lab, PUBLISHED);
        away = new LabAgent(lab, LabHost.RECOVERY_1, RECOVERY);
        away.start();
        awaitStatus(away, "No machine was brought back");
    }

    @AfterAll
    void takeItDown() throws InterruptedException {
        home.close();
        away.close();
        lab.takeDown();
    }

    private long last() {
        try {
            return lab.scribe(ScribeClient::last);
        } catch (Exception e) {
            return 0;
        }
    }

    private static Program ask(LabAgent agent, String... arguments) {
        return agent.onTheHost(Stream.concat(Stream.of("agent"), Arrays.stream(arguments))
                        .toArray(String[]::new))
                .with("--socket", LabAgent.socket())
                .within(COMMAND_LIMIT);
    }

    private void awaitStatus(LabAgent agent, String pattern) throws InterruptedException {
        Duration end = time.elapsed().plus(LIMIT);
        while (true) {
            ProgramRun status = ask(agent, "status").run();
            if (status.succeeded()
                    && Pattern.compile(pattern).matcher(status.output()).find()) {
                return;
            }
            assertThat(time.elapsed())
                    .as("%s%n%s%n%s", status.output(), status.errors(), agent.log())
                    .isLessThan(end);
            time.pause(LOOK_AGAIN);
        }
    }

    private ProgramRun withKey(LabAgent agent, String command, String what, String... more)
            throws InterruptedException {
        return ask(agent, command, what, "--vault", guarded.vault(), "--kit", guarded.scratch("kit"))
                .with(more)
                .run();
    }

    private void recover() throws InterruptedException {
        long before = there.last();
        ProgramRun run = withKey(
                away,
                "recover",
                recovered,
                "--network",
                "br0=10.40.0.0/24",
                "--publish",
                PUBLISHED + "=scribe:80",
                "--ready",
                "scribe=80");
        assertThat(run.exitCode()).as("%s%n%s", run.complaint(), away.log()).isZero();
        assertThat(time.await(LIMIT, LOOK_AGAIN, () -> there.last() > before)).isTrue();
    }

    /** The guest at the other site writes slots, each of half a kilobyte. */
    private void write(long from, long to) throws Exception {
        for (long slot = from; slot < to; slot += SLOTS_AT_ONCE) {
            SlotDeed deed = new SlotDeed(SlotDeed.Kind.WRITE, slot, Math.min(to, slot + SLOTS_AT_ONCE) - 1);
            long _ = there.ask(scribe -> scribe.touch(deed));
        }
    }

    /**
     * The machine at the other site is stopped, and what it has becomes a point.
     *
     * @return the point
     */
    private String pointOfTheOtherSite() throws Exception {
        carried = there.last();
        lab.virsh(LabHost.RECOVERY_1, "destroy", "scribe").ask();
        List<String> disks = new ArrayList<>();
        for (String disk : DISKS) {
            Path raw = lab.scratch("away-%s.raw".formatted(disk));
            Program.of("nsenter", "--mount", "--net", "--pid", "--target")
                    .with(Long.toString(lab.containerId(LabHost.RECOVERY_1.toString())), "--")
                    .with("qemu-img", "convert", "-U", "-f", "qcow2", "-O", "raw")
                    .with("/var/lib/libvirt/recovery/running/scribe/scribe/%s.qcow2".formatted(disk))
                    .with(raw.toString())
                    .within(COMMAND_LIMIT)
                    .ask();
            disks.addAll(List.of("--disk", "%s=%s".formatted(disk, raw)));
        }
        List<String> arguments = new ArrayList<>(List.of("import", "--vault", guarded.vault()));
        arguments.addAll(
                List.of("--credentials", guarded.scratch("agent"), "--group", "scribe", "--machine", "scribe"));
        arguments.addAll(disks);
        guarded.vaultCommand(arguments.toArray(String[]::new));
        return guarded.points("scribe").getLast().path("id").asString();
    }

    private Path image(String disk) {
        return lab.file(LabHost.PRIMARY_1, "lib/images/scribe-%s.qcow2".formatted(disk));
    }

    private List<String> digests() throws InterruptedException {
        List<String> digests = new ArrayList<>();
        for (String disk : DISKS) {
            digests.add(Program.of("sha256sum", image(disk).toString()).ask());
        }
        return digests;
    }

    /** In how many bytes the disks at home are not those of the other site's last point, by whole blocks. */
    private long different() throws Exception {
        long bytes = 0;
        for (String disk : DISKS) {
            Path here = lab.scratch("here.raw");
            Program.of(
                            "qemu-img",
                            "convert",
                            "-U",
                            "-f",
                            "qcow2",
                            "-O",
                            "raw",
                            image(disk).toString())
                    .with(here.toString())
                    .ask();
            bytes += different(here, lab.scratch("away-%s.raw".formatted(disk)));
            Files.delete(here);
        }
        return bytes;
    }

    private static long different(Path one, Path other) throws IOException {
        long blocks = 0;
        try (InputStream a = Files.newInputStream(one);
                InputStream b = Files.newInputStream(other)) {
            while (true) {
                byte[] x = a.readNBytes(BLOCK);
                byte[] y = b.readNBytes(BLOCK);
                if (x.length == 0 && y.length == 0) {
                    return blocks * BLOCK;
                }
                blocks += Arrays.equals(x, y) ? 0 : 1;
            }
        }
    }

    private static long sum(JsonNode home, String figure) {
        long sum = 0;
        for (JsonNode disk : home.path("disks")) {
            sum += disk.path(figure).asLong();
        }
        return sum;
    }

    private void requireRecords(Path disk, long announced) throws InterruptedException {
        ProgramRun check = TestLab.lifeboat("lab", "check-records", "--disk", disk.toString())
                .with("--announced", Long.toString(announced))
                .run();
        assertThat(check.exitCode())
                .as("%s: %s%s", disk, check.output(), check.errors())
                .isZero();
    }

    @Test
    @Order(1)
    void theOtherSiteServesAndHomeHasWhatNobodyElseHas() throws Exception {
        recover();
        write(0, 60_000);
        lab.succeed("power-on", "primary");
        lab.virsh(LabHost.PRIMARY_1, "destroy", "scribe").ask();
        requireRecords(image("vdb"), lost);
        fallen = digests();
    }

    @Test
    @Order(2)
    void homeFollowsWhileTheOtherSiteServesAndWhatWasLostIsKept() throws Exception {
        String point = pointOfTheOtherSite();
        recover();
        home.configure(guarded, """
                groups:
                  - name: mate
                    machines: [mate]
                    period: 1h
                """ + RECOVERY);
        new Mate(lab).define();
        home.start();
        awaitStatus(home, "No machine was brought back");

        ProgramRun followed = withKey(home, "follow", "scribe", "--output", "json");

        assertThat(followed.exitCode())
                .as("%s%n%s", followed.complaint(), home.log())
                .isZero();
        JsonNode report = JsonMapper.shared().readTree(followed.output());
        assertThat(report.path("stage").asString()).isEqualTo("following");
        assertThat(report.path("point").asString()).isEqualTo(point);
        long changed = different();
        long moved = sum(report, "moved");
        say("followed to %s: %s changed, %s moved (%.2f), %s fetched"
                .formatted(
                        point,
                        new ByteCount(changed),
                        new ByteCount(moved),
                        (double) moved / changed,
                        new ByteCount(sum(report, "fetched") * BLOCK)));
        assertThat(moved).isLessThanOrEqualTo(changed * 12 / 10);
        assertThat(digests()).isEqualTo(fallen);
        assertThat(there.last()).isPositive();
        String salvaged = report.path("salvaged").get(0).asString();
        assertThat(salvaged).startsWith("scribe.salvage.");
        Path kept = guarded.export(salvaged, "scribe/vdb");
        requireRecords(kept, lost);
        Files.delete(kept);
    }

    @Test
    @Order(3)
    void whatRunsOrIsOlderIsNotBroughtHome() throws InterruptedException {
        ProgramRun unconfirmed = withKey(home, "bring-home", "scribe");
        assertThat(unconfirmed.errors()).contains("LB-RECOVERY-065");
        ProgramRun older = withKey(home, "bring-home", "scribe@1-1", "--yes");
        assertThat(older.errors()).contains("LB-RECOVERY-062");
        assertThat(digests()).isEqualTo(fallen);
    }

    @Test
    @Order(4)
    void itIsBroughtHomeAlthoughTheAgentIsKilledAndRunsOnItsOldDisks() throws Exception {
        write(60_000, 100_000);
        String point = pointOfTheOtherSite();
        long changed = different();
        Process broken = ask(home, "bring-home", "scribe", "--vault", guarded.vault())
                .with("--kit", guarded.scratch("kit"), "--yes")
                .start();
        Path journal = lab.file(LabHost.PRIMARY_1, "lib/recovery/home/scribe/home.json");
        assertThat(time.await(LIMIT, Duration.ofMillis(5), () -> contains(journal, "finishing")))
                .as(home.log())
                .isTrue();
        home.kill();
        assertThat(broken.waitFor()).isNotZero();
        home.start();
        awaitStatus(home, "No machine was brought back");

        Duration begun = time.elapsed();
        ProgramRun brought = withKey(home, "bring-home", "scribe", "--yes", "--output", "json");

        assertThat(brought.exitCode())
                .as("%s%n%s", brought.complaint(), home.log())
                .isZero();
        JsonNode report = JsonMapper.shared().readTree(brought.output());
        assertThat(report.path("stage").asString()).isEqualTo("home");
        assertThat(report.path("point").asString()).isEqualTo(point);
        say("brought home to %s in %d ms; %s were different from the old disks"
                .formatted(point, time.elapsed().minus(begun).toMillis(), new ByteCount(changed)));
        say(brought.errors());
        assertThat(time.await(LIMIT, LOOK_AGAIN, () -> last() > carried))
                .as("it goes on after record %d%n%s", carried, home.log())
                .isTrue();
        assertThat(lab.virsh(LabHost.PRIMARY_1, "domblklist", "scribe").ask())
                .contains("/images/scribe-vda.qcow2", "/images/scribe-vdb.qcow2")
                .doesNotContain("overlay");
        assertThat(lab.virsh(LabHost.PRIMARY_1, "domblklist", "scribe", "--inactive")
                        .ask())
                .contains("/images/scribe-vda.qcow2", "/images/scribe-vdb.qcow2")
                .doesNotContain("overlay");
        for (String disk : DISKS) {
            assertThat(image(disk).resolveSibling("scribe-%s.qcow2.home/overlay.qcow2".formatted(disk)))
                    .doesNotExist();
        }
        assertThat(withKey(home, "bring-home", "scribe", "--yes").errors()).contains("nothing was done");
    }

    private static boolean contains(Path file, String text) {
        try {
            return Files.exists(file) && Files.readString(file).contains(text);
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    @Order(5)
    void allThatWasAnnouncedIsOnTheOldDisk() throws Exception {
        long announced = lab.scribe(ScribeClient::last);
        assertThat(announced).isGreaterThan(carried);
        lab.succeed("power-off", "primary");
        requireRecords(image("vdb"), announced);
    }

    /** For who reads what the tests print: what was seen, in figures. */
    private void say(String what) {
        System.out.printf("%s: %s%n", lab, what);
    }
}
