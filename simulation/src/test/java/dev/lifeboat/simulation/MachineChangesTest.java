package dev.lifeboat.simulation;

import static dev.lifeboat.simulation.ProtectedScribe.GROUP;
import static dev.lifeboat.simulation.ProtectedScribe.every5s;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.agent.endpoint.AgentStatus;
import dev.lifeboat.host.Program;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.lab.LabHost;
import dev.lifeboat.lab.scribe.SlotDeed;
import dev.lifeboat.replication.Health;
import dev.lifeboat.simulation.ProtectedScribe.Before;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;

/**
 * A machine's owner changes it, with virsh, while it is protected: the next points have it as it is then, nobody
 * protects it anew, and nothing is read as a whole for it.
 */
@NeedsLab
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init") // brought up before the tests
class MachineChangesTest {

    private static final long MIB = 1 << 20;

    private ProtectedScribe site;

    @BeforeAll
    void bringItUp() throws Exception {
        site = ProtectedScribe.up("track-change", every5s());
        site.defineMate();
        site.agent().configure(site.vault(), every5s("""
              - name: other
                machines: [mate]
                period: 5s
                application_consistent_every: never
            """));
        site.startAgent();
    }

    @AfterAll
    void takeItDown() throws InterruptedException {
        if (site != null) {
            site.takeDown();
        }
    }

    @Test
    @Order(1)
    void aLargeRangeThatIsDiscardedIsZerosInTheNextPointAndCostsLittle() throws Exception {
        Before before = site.before();
        long discarded = site.touch(SlotDeed.Kind.DISCARD, 0, 100_000);

        List<JsonNode> since = site.historyGoesOn(before);
        site.requireNoFullCopy(before, since);
        assertThat(discarded).isPositive();
        assertThat(since).allMatch(point -> ProtectedScribe.bytesStored(point) < 4 * MIB);
        assertThat(storedBlocks(since.getLast(), "vdb"))
                .as("blocks of vdb that are not zeros")
                .isLessThan(storedBlocks(site.vault().points(GROUP).getFirst(), "vdb"));
    }

    @Test
    @Order(2)
    @Tag("long")
    void aDiskThatIsAddedIsInTheNextPoint() throws Exception {
        Before before = site.before();
        Path disk = site.lab().file(LabHost.PRIMARY_1, "lib/images/added.qcow2");
        Program.of("qemu-img", "create", "-q", "-f", "qcow2", disk.toString(), "48M")
                .ask();
        Program.of("qemu-io", "-f", "qcow2", "-c", "write -P 7 0 5M", disk.toString())
                .ask();
        site.virsh(
                "attach-disk",
                "scribe",
                "/var/lib/libvirt/images/added.qcow2",
                "vdc",
                "--targetbus",
                "virtio",
                "--driver",
                "qemu",
                "--subdriver",
                "qcow2",
                "--persistent");

        List<JsonNode> since = site.historyGoesOn(before);
        site.requireNoFullCopy(before, since);
        assertThat(size(since.getLast(), "vdc")).isEqualTo(48 * MIB);
        site.say("the agent said: " + site.loggedSince(before));
    }

    @Test
    @Order(3)
    @Tag("long")
    void aDiskThatGrowsIsTakenAtItsNewSize() throws Exception {
        Before before = site.before();
        resize("vdc", "80M");

        List<JsonNode> since = site.historyGoesOn(before);
        site.requireNoFullCopy(before, since);
        assertThat(size(since.getLast(), "vdc")).isEqualTo(80 * MIB);
        site.say("the agent said: " + site.loggedSince(before));
    }

    @Test
    @Order(4)
    @Tag("long")
    void aDiskThatIsRemovedIsNotInTheNextPoint() throws Exception {
        Before before = site.before();
        site.virsh("detach-disk", "scribe", "vdc", "--persistent");

        List<JsonNode> since = site.historyGoesOn(before);
        site.requireNoFullCopy(before, since);
        assertThat(size(since.getLast(), "vdc")).isZero();
        assertThat(size(since.getLast(), "vdb")).isPositive();
        site.say("the agent said: " + site.loggedSince(before));
    }

    @Test
    @Order(5)
    @Tag("long")
    void aMachineThatIsStoppedIsTakenAsItStoppedAndThenRestsUntilItRuns() throws Exception {
        Before before = site.before();
        site.virsh("destroy", "scribe");
        long last = site.announced();
        AgentStatus.Group stopped = site.agent()
                .await(
                        GROUP,
                        "a point of the machine that is off",
                        group -> group.health() == Health.OK
                                && group.machines().getFirst().state() == PowerState.OFF
                                && !Objects.equals(group.newest(), before.point()));
        AgentStatus.Group _ = site.agent().awaitFreshPoint("other");
        AgentStatus.Group _ = site.agent().awaitFreshPoint("other");
        assertThat(site.state("scribe")).isEqualTo(PowerState.OFF);
        assertThat(site.agent().group(GROUP).orElseThrow().newest()).isEqualTo(stopped.newest());
        assertThat(last).isGreaterThanOrEqualTo(before.last());
        site.say(site.statusText());
        site.virsh("start", "scribe");

        List<JsonNode> since = site.historyGoesOn(before);
        site.requireNoFullCopy(before, since);
        site.say("the agent said: " + site.loggedSince(before));
    }

    @Test
    @Order(6)
    @Tag("long")
    void aMachineThatIsRenamedGoesOnUnderItsNewName() throws Exception {
        Before before = site.before();
        site.virsh("destroy", "scribe");
        site.virsh("domrename", "scribe", "writer");
        site.virsh("start", "writer");

        site.awaitRecords();
        AgentStatus.Group _ = site.agent().awaitFreshPoint(GROUP);
        AgentStatus.Group fresh = site.agent().awaitFreshPoint(GROUP);
        site.say("renamed: " + fresh);
        assertThat(fresh.machines())
                .singleElement()
                .satisfies(machine -> assertThat(machine.name()).isEqualTo("writer"));
        JsonNode newest = site.vault().points(GROUP).getLast();
        site.requireRight(newest, "writer/vdb");

        site.virsh("destroy", "writer");
        site.virsh("domrename", "writer", "scribe");
        site.virsh("start", "scribe");
        List<JsonNode> since = site.historyGoesOn(before);
        site.requireNoFullCopy(before, since);
        site.say("the agent said: " + site.loggedSince(before));
    }

    @Test
    @Order(9)
    @Tag("long")
    void aMachineThatHasVanishedIsAnAlarmAndItsPointsStay() throws Exception {
        Before before = site.before();
        String definition = site.virsh("dumpxml", "--inactive", "--security-info", "scribe");
        site.virsh("destroy", "scribe");
        // Checkpoints are in the way without this.
        site.virsh("undefine", "scribe", "--checkpoints-metadata");

        AgentStatus.Group vanished = site.agent()
                .await(
                        GROUP,
                        "an alarm",
                        group -> group.health() == Health.STALLED
                                && String.valueOf(group.reason()).contains("not on this host"));
        AgentStatus.Group _ = site.agent().awaitFreshPoint("other");
        AgentStatus.Group _ = site.agent().awaitFreshPoint("other");
        site.say("vanished: " + vanished.reason() + "\n" + site.statusText());
        assertThat(site.vault().points(GROUP))
                .hasSizeGreaterThanOrEqualTo(before.points().size());
        site.requireRight(site.vault().points(GROUP).getLast());

        site.lab()
                .virsh(LabHost.PRIMARY_1, "define", "/dev/stdin")
                .reading(definition)
                .ask();
        site.virsh("start", "scribe");
        List<JsonNode> since = site.historyGoesOn(before);
        site.requireNoFullCopy(before, since);
        site.say("the agent said: " + site.loggedSince(before));
    }

    /** libvirt refuses while a capture is open; the owner tries again. */
    private void resize(String disk, String size) throws InterruptedException {
        site.awaitThat(disk + " is resized", () -> {
            try {
                var run = site.lab()
                        .virsh(LabHost.PRIMARY_1, "blockresize", "scribe", disk, size)
                        .run();
                if (!run.succeeded()) {
                    site.say("blockresize: " + run.errors());
                }
                return run.succeeded();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static long size(JsonNode point, String disk) {
        return disk(point, disk, "size");
    }

    private static long storedBlocks(JsonNode point, String disk) {
        return disk(point, disk, "stored_blocks");
    }

    private static long disk(JsonNode point, String disk, String what) {
        return StreamSupport.stream(point.path("machines").path(0).path("disks").spliterator(), false)
                .filter(one -> one.path("name").asString().equals(disk))
                .mapToLong(one -> one.path(what).asLong())
                .findFirst()
                .orElse(0);
    }
}
