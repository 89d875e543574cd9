package dev.lifeboat.replication;

import static dev.lifeboat.replication.ProtectedHost.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.hypervisor.HypervisorFault;
import dev.lifeboat.hypervisor.MachineInMemory;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.Seal;
import dev.lifeboat.vault.store.Fault;
import dev.lifeboat.vault.store.FaultyStore;
import dev.lifeboat.vault.store.StoreOperation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store that is away or full, and a vault that goes on without this writer. */
@Timeout(120)
class StoreTroublesTest {

    @TempDir
    Path folder;

    private final AtomicReference<Fault> fault = new AtomicReference<>(Fault.NONE);
    private ProtectedHost site;
    private MachineInMemory web;
    private ProtectedHost.Agent agent;
    private Point first;

    @BeforeEach
    void protect() throws Exception {
        site = new ProtectedHost(folder);
        web = site.running("web", 8 * MIB);
        web.write("vda", 1, 300);
        FaultyStore faulty = new FaultyStore(
                site.store,
                (operation, name) -> operation == StoreOperation.PUT ? fault.get() : Fault.NONE,
                Duration.ZERO,
                site.time,
                site.random);
        agent = site.process(faulty, HypervisorFault.Plan.none(), ProtectedHost.protection("web"));
        first = agent.publish();
    }

    @AfterEach
    void tearDown() {
        assertThat(site.guard.heldUnarmed()).isEmpty();
        site.close();
    }

    @Test
    void whileTheStoreIsAwayTheBitmapRemembersAndThePausesGrow() throws Exception {
        fault.set(Fault.UNAVAILABLE);
        Duration last = Duration.ZERO;
        for (int i = 0; i < 6; i++) {
            web.write("vda", 10 + i, 5);
            Duration pause = agent.attempt();
            assertThat(pause.multipliedBy(2)).isGreaterThan(last);
            assertThat(web.captured()).isFalse();
            assertThat(agent.report().health()).isEqualTo(Health.STALLED);
            last = pause;
        }
        assertThat(last).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(30));
        fault.set(Fault.NONE);
        Point next = agent.publish();
        assertThat(next.id()).isEqualTo(first.id().next());
        site.requireTruePoints(web);
        assertThat(agent.report().resyncs()).isEmpty();
        assertThat(agent.report().health()).isEqualTo(Health.OK);
        assertThat(web.checkpointNames()).hasSize(1);
    }

    @Test
    void aFullStoreIsSaidWithItsCode() throws Exception {
        fault.set(Fault.FULL);
        web.write("vda", 10, 5);
        Duration _ = agent.attempt();
        assertThat(agent.report().reason().orElseThrow()).startsWith("LB-VAULT-");
        fault.set(Fault.NONE);
        Point _ = agent.publish();
        site.requireTruePoints(web);
    }

    @Test
    void aCollectorThatWentOnIsFollowedByANewSessionAndNothingIsCompared() throws Exception {
        site.seal(Seal.Reason.COLLECTOR);
        web.write("vda", 10, 5);
        Point next = agent.publish();
        assertThat(next.id().epoch()).isEqualTo(2);
        assertThat(next.manifest().statistics().readBytes()).isLessThanOrEqualTo(5 * 65_536L);
        site.requireTruePoints(web);
        assertThat(agent.report().resyncs()).isEmpty();
    }

    @Test
    void aGroupThatWasMovedToAnotherOwnerIsBlocked() throws Exception {
        site.seal(Seal.Reason.FAILOVER);
        web.write("vda", 10, 5);
        for (int i = 0; i < 3; i++) {
            Duration _ = agent.attempt();
            assertThat(agent.report().health()).isEqualTo(Health.BLOCKED);
        }
        assertThat(site.points()).hasSize(1);
        assertThat(web.captured()).isFalse();
    }
}
