package dev.lifeboat.simulation;

import static dev.lifeboat.simulation.ProtectedScribe.GROUP;
import static dev.lifeboat.simulation.ProtectedScribe.every5s;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.agent.endpoint.AgentStatus;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.lab.LabHost;
import dev.lifeboat.replication.Health;
import dev.lifeboat.simulation.ProtectedScribe.Before;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** The hypervisor's own processes are killed under the agent: QEMU, which loses its bitmaps, and libvirtd. */
@NeedsLab
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init") // brought up before the tests
class HypervisorIsKilledTest {

    private ProtectedScribe site;

    @BeforeAll
    void bringItUp() throws Exception {
        site = ProtectedScribe.up("track-qemu", every5s());
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
    void withoutLibvirtdTheGuestWritesAndTheAgentFindsTheNextOne() throws Exception {
        Before before = site.before();
        Path id = site.lab().file(LabHost.PRIMARY_1, "run/libvirtd.pid");
        site.inside("sh", "-c", "kill -KILL \"$(cat /run/libvirt/libvirtd.pid)\"")
                .ask();
        AgentStatus.Group missing =
                site.agent().await(GROUP, "libvirtd is missed", group -> group.health() == Health.STALLED);
        site.say("without libvirtd: " + missing.reason());
        site.awaitRecords();
        Files.deleteIfExists(id);
        site.inside("libvirtd", "-d", "--pid-file", "/run/libvirt/libvirtd.pid").ask();

        List<JsonNode> since = site.historyGoesOn(before);
        site.requireNoFullCopy(before, since);
    }

    @Test
    @Order(2)
    void aKilledQemuMeansAResyncWithItsReason() throws Exception {
        Before before = site.before();
        for (long qemu :
                ScribeLosesPowerTest.holdersOf(site.lab().file(LabHost.PRIMARY_1, "lib/images/scribe-vdb.qcow2"))) {
            TestLab.signal("KILL", qemu);
        }
        site.awaitThat("scribe is off", () -> {
            try {
                return site.state("scribe") == PowerState.OFF;
            } catch (HypervisorException e) {
                throw new IllegalStateException(e);
            }
        });
        site.virsh("start", "scribe");

        List<JsonNode> since = site.historyGoesOn(before);
        site.requireResync(before, since, "scribe/vdb");
        AgentStatus.Group now = site.agent().await(GROUP, "all is well", group -> group.health() == Health.OK);
        assertThat(now.resyncs()).hasSize(1);
        assertThat(site.statusText()).contains("resync at");
        site.say(site.statusText());
    }
}
