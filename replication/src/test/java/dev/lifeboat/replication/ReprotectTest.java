package dev.lifeboat.replication;

import static dev.lifeboat.replication.ProtectedHost.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.hypervisor.BackingInMemory;
import dev.lifeboat.hypervisor.CaptureOrder;
import dev.lifeboat.hypervisor.CheckpointName;
import dev.lifeboat.hypervisor.FrozenExport;
import dev.lifeboat.hypervisor.FrozenView;
import dev.lifeboat.hypervisor.HypervisorFault;
import dev.lifeboat.hypervisor.ImageInMemory;
import dev.lifeboat.hypervisor.InMemoryHypervisor;
import dev.lifeboat.hypervisor.MachineInMemory;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.point.PointManifest;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A machine is lost, brought back over the disks of a point, and protected there: its first point carries what it has
 * written since, and nothing is read as a whole unless it lies over another point than the newest.
 */
@Timeout(600)
class ReprotectTest {

    /** More calls than a cycle makes. */
    private static final int MOST_CALLS = 200;

    @TempDir
    Path folder;

    /** A site on which web is recovered. */
    private static final class Site implements AutoCloseable {

        private final ProtectedHost site;
        private final Point point;
        private ImageInMemory overlay;
        private MachineInMemory web;

        /**
         * Loses web, and brings it back.
         *
         * @param missed points that home publishes after the one that is recovered
         * @param digest of the point as the checkpoint's name has it; null for the point's own
         */
        Site(Path folder, int missed, @Nullable String digest) throws Exception {
            site = new ProtectedHost(folder);
            MachineInMemory home = site.running("web", 8 * MIB);
            home.write("vda", 1, 1500);
            ProtectedHost.Agent agent = site.process("web");
            Point _ = agent.publish();
            home.write("vda", 2, 5);
            point = agent.publish();
            for (int i = 0; i < missed; i++) {
                home.write("vda", 3 + i, 5);
                Point _ = agent.publish();
            }
            agent.kill();
            home.kill();
            site.host.remove(home);
            recover(digest == null ? point.digest().hex() : digest);
            site.transferTo("agent-2");
        }

        private void recover(String digest) throws Exception {
            byte[] content = site.content(point.disk("vda"));
            overlay = site.host.image(Path.of("/overlay"), new BackingInMemory() {
                @Override
                public String name() {
                    return "/relay.sock";
                }

                @Override
                public int size() {
                    return content.length;
                }

                @Override
                public void read(int offset, ByteBuffer into) {
                    into.put(content, offset, into.remaining());
                }
            });
            web = site.host.add("web");
            web.addDisk("vda", overlay);
            InMemoryHypervisor recovering = new InMemoryHypervisor(site.host);
            recovering.start(web.id(), true);
            CheckpointName zero =
                    CheckpointName.ofRecovery(point.id().epoch(), point.id().slot(), digest);
            try (Guard.Armed _ = site.guard.arm(Set.of(web.id()), Guard.Hold.CAPTURE, Duration.ofMinutes(1))) {
                FrozenView _ = recovering.beginCapture(
                        web.id(), new CaptureOrder(Optional.empty(), Optional.of(zero), List.of("vda")));
                recovering.endCapture(web.id());
            }
            recovering.resume(web.id());
            site.guard.watches(web);
        }

        /** QEMU is killed, with all that it knew of changes, and the machine started again. */
        void killQemu() {
            web.kill();
            web.start();
        }

        /** Views of replication, without the one of the recovery. */
        List<FrozenExport> views() {
            return web.views().stream().skip(1).map(view -> view.disk("vda")).toList();
        }

        void requireContent(Point newest) throws Exception {
            assertThat(site.content(newest.disk("vda"))).isEqualTo(web.content("vda"));
        }

        @Override
        public void close() {
            assertThat(site.guard.heldUnarmed()).isEmpty();
            site.close();
        }
    }

    private Site recovered() throws Exception {
        return new Site(Files.createTempDirectory(folder, "r"), 0, null);
    }

    @Test
    void theFirstPointCarriesWhatWasWrittenSinceTheRecoveryAndNoMore() throws Exception {
        try (Site there = recovered()) {
            there.web.write("vda", 10, 7);
            ProtectedHost.Agent agent = there.site.process("web");

            Point first = agent.publish();

            assertThat(first.id()).hasToString("shop@2-1");
            assertThat(first.manifest().parent())
                    .isEqualTo(PointManifest.Parent.of(
                            there.point.id(), there.point.digest().bytes()));
            there.requireContent(first);
            FrozenExport shown = there.views().getLast();
            assertThat(shown.dirty().cardinality()).isBetween(1, 7);
            assertThat(shown.readOnly(shown.dirty()::get)).isTrue();
            assertThat(agent.report().resyncs()).isEmpty();
            assertThat(there.web.checkpointNames()).containsExactly(ProtectedHost.checkpoint(first, "web"));
            assertThat(there.site.host.calls()).doesNotContain("ownRanges web");

            there.web.write("vda", 11, 3);
            there.requireContent(agent.publish());
            assertThat(agent.report().resyncs()).isEmpty();
        }
    }

    @Test
    void afterAKillOfQemuOnlyWhatItsOwnImageHasIsLookedAt() throws Exception {
        try (Site there = recovered()) {
            there.web.write("vda", 10, 7);
            there.killQemu();
            there.web.write("vda", 11, 4);
            ProtectedHost.Agent agent = there.site.process("web");

            Point first = agent.publish();

            there.requireContent(first);
            BitSet own = there.overlay.allocated();
            assertThat(own.cardinality()).isBetween(2, 11);
            FrozenExport shown = there.views().getLast();
            assertThat(shown.reads()).isNotEmpty();
            assertThat(shown.readOnly(own::get)).isTrue();
            assertThat(agent.report().resyncs())
                    .singleElement()
                    .satisfies(one -> assertThat(one.reason()).contains("is gone"));
            assertThat(there.web.state()).isEqualTo(PowerState.RUNNING);
            assertThat(there.web.checkpointNames()).containsExactly(ProtectedHost.checkpoint(first, "web"));

            there.web.write("vda", 12, 3);
            there.requireContent(agent.publish());
            FrozenExport next = there.views().getLast();
            assertThat(next.readOnly(next.dirty()::get)).isTrue();
            assertThat(agent.report().health()).isEqualTo(Health.OK);
        }
    }

    @Test
    void aKillAfterTheFirstPointsMeansNoMore() throws Exception {
        try (Site there = recovered()) {
            there.web.write("vda", 10, 7);
            ProtectedHost.Agent agent = there.site.process("web");
            Point _ = agent.publish();
            there.web.write("vda", 11, 3);
            Point _ = agent.publish();
            for (int kill = 0; kill < 2; kill++) {
                there.web.write("vda", 20 + kill, 3);
                there.killQemu();
                there.web.write("vda", 30 + kill, 3);

                there.requireContent(agent.publish());

                BitSet own = there.overlay.allocated();
                FrozenExport shown = there.views().getLast();
                assertThat(shown.reads()).isNotEmpty();
                assertThat(shown.readOnly(own::get)).as("kill %d", kill).isTrue();
                assertThat(own.cardinality()).isLessThan(there.overlay.size() / (64 << 10) / 2);
            }
            assertThat(agent.report().resyncs()).hasSize(2);
        }
    }

    @Test
    void aDiskThatIsOnAnotherImageThanTheNewestPointSaysIsComparedAsAWhole() throws Exception {
        try (Site there = recovered()) {
            ProtectedHost.Agent agent = there.site.process("web");
            Point _ = agent.publish();
            // What was written last goes to the image that lies beneath from now on.
            there.web.write("vda", 11, 3);
            there.web.kill();
            ImageInMemory above = there.site.host.image(Path.of("/above"), there.overlay);
            there.web.removeDisk("vda");
            there.web.addDisk("vda", above);
            there.web.start();
            there.requireContent(agent.publish());
            assertThat(agent.report().resyncs()).hasSize(1);
            assertThat(there.site.host.calls()).doesNotContain("ownRanges web");
        }
    }

    @Test
    void aMachineOfTheSameNameThatWasMadeAnewIsAnother() throws Exception {
        try (Site there = recovered()) {
            there.web.write("vda", 10, 7);
            ProtectedHost.Agent agent = there.site.process("web");
            Point _ = agent.publish();
            there.web.stop();
            there.site.host.remove(there.web);
            there.recover(there.point.digest().hex());
            there.web.write("vda", 11, 3);
            there.requireContent(agent.publish());
            assertThat(agent.report().resyncs())
                    .singleElement()
                    .satisfies(one ->
                            assertThat(one.reason()).contains("was recovered from another point than the newest"));
            there.killQemu();
            there.requireContent(agent.publish());
            assertThat(there.site.host.calls()).doesNotContain("ownRanges web");
        }
    }

    @Test
    void whatTheGuestWritesWhileItIsReadIsInTheNextPoint() throws Exception {
        try (Site there = recovered()) {
            there.web.write("vda", 10, 7);
            there.killQemu();
            ProtectedHost.Agent agent = there.site.process("web");
            AtomicBoolean once = new AtomicBoolean();
            there.site.host.onFirstRead(() -> {
                if (!once.getAndSet(true)) {
                    there.web.write("vda", 13, 9);
                }
            });

            Point first = agent.publish();

            assertThat(once).isTrue();
            assertThat(there.site.content(first.disk("vda")))
                    .isEqualTo(there.views().getLast().content())
                    .isNotEqualTo(there.web.content("vda"));
            there.requireContent(agent.publish());
        }
    }

    @Test
    void aMachineThatLiesOverAnOlderPointThanTheNewestIsComparedAsAWhole() throws Exception {
        try (Site there = new Site(Files.createTempDirectory(folder, "o"), 1, null)) {
            there.web.write("vda", 10, 7);
            ProtectedHost.Agent agent = there.site.process("web");
            there.requireContent(agent.publish());
            assertThat(agent.report().resyncs())
                    .singleElement()
                    .satisfies(one ->
                            assertThat(one.reason()).contains("was recovered from another point than the newest"));
            assertThat(there.site.host.calls()).doesNotContain("ownRanges web");
        }
    }

    @Test
    void aPointOfTheSamePlaceWithOtherContentIsAnotherPoint() throws Exception {
        try (Site there = new Site(Files.createTempDirectory(folder, "d"), 0, "0123456789abcdef")) {
            there.killQemu();
            ProtectedHost.Agent agent = there.site.process("web");
            there.requireContent(agent.publish());
            assertThat(agent.report().resyncs())
                    .singleElement()
                    .satisfies(one ->
                            assertThat(one.reason()).contains("was recovered from another point than the newest"));
            assertThat(there.site.host.calls()).doesNotContain("ownRanges web");
        }
    }

    @Test
    void aDiskThatStandsAloneByNowIsComparedAsAWhole() throws Exception {
        try (Site there = recovered()) {
            there.web.write("vda", 10, 7);
            there.killQemu();
            InMemoryHypervisor other = new InMemoryHypervisor(there.site.host);
            other.beginPull(there.web.id(), "vda", 0);
            assertThat(other.diskChain(there.web.id(), "vda").standsAlone()).isTrue();
            ProtectedHost.Agent agent = there.site.process("web");
            there.requireContent(agent.publish());
            assertThat(agent.report().resyncs()).hasSize(1);
        }
    }

    @Test
    void aMachineThatWentOnTooEarlyIsTakenAnotherTime() throws Exception {
        try (Site there = recovered()) {
            there.web.write("vda", 10, 7);
            there.killQemu();
            ProtectedHost.Agent agent = there.site.process("web");
            AtomicBoolean once = new AtomicBoolean();
            there.site.host.onHolding(holding -> {
                if (holding.how().equals("CAPTURE") && !once.getAndSet(true)) {
                    there.web.resume();
                    there.web.write("vda", 14, 3);
                }
            });

            Duration _ = agent.attempt();

            assertThat(agent.report().reason().orElseThrow()).contains("went on before its disks could be shown");
            assertThat(there.site.newest()).contains(there.point);
            there.requireContent(agent.publish());
            BitSet own = there.overlay.allocated();
            assertThat(there.views()).allMatch(view -> view.readOnly(own::get));
        }
    }

    /** Who dies in the middle leaves what the next needs for the same; nothing is ever read as a whole. */
    @Test
    void whereverTheProcessDiesTheNextGoesOnWithWhatItsOwnImageHas() throws Exception {
        for (HypervisorFault fault : new HypervisorFault[] {
            HypervisorFault.CRASH_BEFORE, HypervisorFault.CRASH_AFTER, HypervisorFault.OUTCOME_UNKNOWN
        }) {
            for (boolean killed : new boolean[] {true, false}) {
                int calls = 1;
                while (calls < MOST_CALLS && dies(calls, fault, killed)) {
                    calls++;
                }
                assertThat(calls).as("calls of a cycle").isBetween(5, MOST_CALLS - 1);
            }
        }
    }

    /** @return whether the call was made at all */
    private boolean dies(int call, HypervisorFault fault, boolean killed) throws Exception {
        AtomicInteger calls = new AtomicInteger();
        AtomicBoolean met = new AtomicBoolean();
        AtomicBoolean armed = new AtomicBoolean();
        HypervisorFault.Plan plan = _ -> {
            if (armed.get() && calls.incrementAndGet() == call) {
                met.set(true);
                return fault;
            }
            return HypervisorFault.NONE;
        };
        try (Site there = recovered()) {
            there.web.write("vda", 10, 7);
            if (killed) {
                there.killQemu();
                there.web.write("vda", 11, 2);
            }
            ProtectedHost.Agent dying = there.site.process(there.site.store, plan, ProtectedHost.protection("web"));
            armed.set(true);
            try {
                Duration _ = dying.attempt();
            } catch (HypervisorFault.Crash death) {
                // As planned.
            }
            armed.set(false);
            dying.kill();
            there.site.guard.expire();
            assertThat(there.web.state()).as("call %d", call).isEqualTo(PowerState.RUNNING);
            there.web.write("vda", 12, 2);
            ProtectedHost.Agent next = there.site.process("web");

            there.requireContent(next.publish());

            BitSet own = there.overlay.allocated();
            assertThat(there.views()).as("%s at call %d", fault, call).allMatch(view -> view.readOnly(own::get));
            assertThat(there.web.checkpointNames())
                    .containsExactly(
                            ProtectedHost.checkpoint(there.site.newest().orElseThrow(), "web"));
            return met.get();
        }
    }
}
