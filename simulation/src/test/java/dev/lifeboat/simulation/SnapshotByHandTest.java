package dev.lifeboat.simulation;

import static dev.lifeboat.simulation.ProtectedScribe.GROUP;
import static dev.lifeboat.simulation.ProtectedScribe.every5s;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.agent.endpoint.AgentStatus;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.lab.LabHost;
import dev.lifeboat.replication.Health;
import dev.lifeboat.simulation.ProtectedScribe.Before;
import java.util.List;
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
 * A machine's owner makes snapshots of it with virsh while it is protected. What libvirt and QEMU allow beside
 * checkpoints works, and the history goes on through it; what they refuse works once the machine is released.
 */
@NeedsLab
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init") // brought up before the tests
class SnapshotByHandTest {

    private ProtectedScribe site;

    @BeforeAll
    void bringItUp() throws Exception {
        site = ProtectedScribe.up("track-snap", every5s());
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
    void anOverlayTakesTheRecordOfChangesAlong() throws Exception {
        Before before = site.before();
        again("snapshot-create-as", "scribe", "overlay", "--disk-only", "--atomic");

        List<JsonNode> since = site.historyGoesOn(before);
        site.requireNoFullCopy(before, since);
        assertThat(site.virsh("domblklist", "scribe")).contains("scribe-vdb.overlay");
    }

    @Test
    @Order(2)
    void anOverlayThatIsCommittedBringsItBack() throws Exception {
        Before before = site.before();
        again("blockcommit", "scribe", "vda", "--active", "--pivot");
        again("blockcommit", "scribe", "vdb", "--active", "--pivot");
        again("snapshot-delete", "scribe", "overlay", "--metadata");

        List<JsonNode> since = site.historyGoesOn(before);
        site.requireNoFullCopy(before, since);
        assertThat(site.virsh("domblklist", "scribe")).contains("scribe-vdb.qcow2");
        site.say("the agent said: " + site.loggedSince(before));
    }

    @Test
    @Order(3)
    void aSnapshotWithinTheImagesCanBeMadeAndDeleted() throws Exception {
        Before before = site.before();
        again("snapshot-create-as", "scribe", "within");
        again("snapshot-create-as", "scribe", "another");
        again("snapshot-delete", "scribe", "another");

        List<JsonNode> since = site.historyGoesOn(before);
        site.requireNoFullCopy(before, since);
    }

    @Test
    @Order(4)
    void aRevertIsRefusedByQemuAndEndsTheMachineWhichIsComparedThen() throws Exception {
        Before before = site.before();
        ProgramRun revert = virsh("snapshot-revert", "scribe", "within");
        site.say("snapshot-revert: " + revert.errors());
        assertThat(revert.succeeded()).isFalse();
        assertThat(revert.errors()).contains("active dirty bitmaps");
        assertThat(site.state("scribe")).isEqualTo(PowerState.OFF);
        site.virsh("start", "scribe");

        List<JsonNode> since = site.historyGoesOn(before);
        site.requireResync(before, since, "scribe/vdb is not whole");
    }

    @Test
    @Order(5)
    void aMachineThatIsReleasedCanBeRevertedAndIsComparedWhenItIsResumed() throws Exception {
        Before before = site.before().andBackInTime();
        machine("release");
        AgentStatus.Group released =
                site.agent().await(GROUP, "it is told that it was released", group -> group.health() == Health.BLOCKED);
        assertThat(released.reason()).contains("released");
        assertThat(site.virsh("checkpoint-list", "scribe")).doesNotContain("lifeboat-");

        site.virsh("snapshot-revert", "scribe", "within");
        site.awaitAnswer();
        machine("resume");

        List<JsonNode> since = site.historyGoesOn(before);
        site.requireResync(before, since, "does not know checkpoint");
        site.virsh("snapshot-delete", "scribe", "within");
        site.say(site.statusText());
    }

    private void machine(String deed) throws InterruptedException {
        site.say(site.agent()
                .onTheHost("machine", deed, "scribe", "--socket", LabAgent.socket())
                .ask());
    }

    private ProgramRun virsh(String... arguments) throws InterruptedException {
        return site.lab().virsh(LabHost.PRIMARY_1, arguments).run();
    }

    /** While a capture is open libvirt refuses what concerns the disks; the owner tries again. */
    private void again(String... arguments) throws InterruptedException {
        site.awaitThat(String.join(" ", arguments), () -> {
            try {
                ProgramRun run = virsh(arguments);
                if (!run.succeeded()) {
                    site.say("%s: %s".formatted(arguments[0], run.errors().strip()));
                }
                return run.succeeded();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
