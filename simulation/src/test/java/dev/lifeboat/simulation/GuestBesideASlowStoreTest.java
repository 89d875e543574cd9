package dev.lifeboat.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.Program;
import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.hypervisor.Hypervisor;
import dev.lifeboat.lab.LabHost;
import dev.lifeboat.lab.scribe.ScribeState;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.replication.GroupReport;
import dev.lifeboat.replication.Health;
import dev.lifeboat.replication.HostReplication;
import dev.lifeboat.replication.Protection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A guest that writes while its points go to a store that is far slower: the guest does not feel it, and a first copy
 * comes to an end all the same.
 *
 * <p>Replication runs in the test's own process, with all that an agent has, because there the link to the store can be
 * made slow in both directions and while it is in use. The agent's own limit holds back packs only, and a store that is
 * slow is slow to read from as well, which happens while a capture is open.
 */
@NeedsLab
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GuestBesideASlowStoreTest {

    /** How often each speed is measured, and for how long; as a measurement that counts, 6 and a minute. */
    private static final int ROUNDS = Integer.getInteger("slow.rounds", 3);

    private static final Duration ROUND = Duration.parse(System.getProperty("slow.round", "PT20S"));

    /** Random bytes on the disk that makes the first copy long. */
    private static final long SEED_MIB = Long.getLong("slow.seedMib", 256);

    private static final ByteCount SLOW = new ByteCount(1_000_000);

    /** As much as a slow link takes, so that it is never idle. */
    private static final ByteCount PACE = new ByteCount(1_000_000);

    private static final ByteCount SEEDING = new ByteCount(4_000_000);
    private static final ByteCount PACE_WHILE_SEEDING = new ByteCount(2_000_000);
    private static final long SCRATCH_BYTES = 256L << 20;

    /** Figures of a busy computer; the gate is 1.3, where there is nothing else to do. */
    private static final double MOST_OFTEN_SLOWER = 2;

    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final Duration SEED_LIMIT = Duration.ofMinutes(20);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    /** A speed of the link, and what the guest measured with it. */
    private record Speed(String name, ByteCount perSecond, Measurements p99s, Measurements rates) {

        Speed(String name, ByteCount perSecond) {
            this(name, perSecond, new Measurements(), new Measurements());
        }
    }

    private final Timekeeper time = new SystemTimekeeper();
    private TestLab lab;
    private ProtectedLab guarded;
    private Hypervisor hypervisor;
    private StoreBehindALink store;
    private HostReplication replication;

    @BeforeAll
    void bringItUp() throws Exception {
        lab = TestLab.named("slow");
        lab.succeed("up", "--only", "scribe");
        guarded = new ProtectedLab(lab);
        hypervisor = lab.hypervisor(LabHost.PRIMARY_1);
        store = new StoreBehindALink(guarded.store(), time);
        replication = guarded.replication(hypervisor, store);
    }

    @AfterAll
    void takeItDown() throws InterruptedException {
        if (replication != null) {
            replication.close();
        }
        if (hypervisor != null) {
            hypervisor.close();
        }
        lab.takeDown();
    }

    @Test
    @Order(1)
    void theGuestsOwnFsyncsTakeNoLongerThanWithAFastStore() throws Exception {
        protect("pressed", Duration.ofSeconds(5));
        awaitFreshPoint(LIMIT);
        assertThat(time.await(LIMIT, LOOK_AGAIN, this::scribeAnswers)).isTrue();

        Speed fast = new Speed("fast", StoreBehindALink.FAST);
        Speed slow = new Speed("slow", SLOW);
        for (int round = 0; round < 2 * ROUNDS; round++) {
            // In pairs whose order changes, so that what slowly changes on this computer is felt by both.
            Speed speed = (round + round / 2) % 2 == 1 ? slow : fast;
            store.setSpeed(speed.perSecond());
            setPace(PACE);
            String begin = awaitFreshPoint(LIMIT);
            setPace(PACE);
            time.pause(ROUND);
            ScribeState state = lab.scribe(scribe -> scribe.state());
            speed.p99s().add((double) state.fsyncs().p99Us());
            speed.rates().add((double) state.bytesPerSecond());
            System.out.printf(
                    "round %d, %s: %s; %d bytes/s; %s to %s, lag %s%n",
                    round + 1,
                    speed.name(),
                    state.fsyncs(),
                    state.bytesPerSecond(),
                    begin,
                    report().newest().orElseThrow(),
                    report().lag().orElseThrow());
        }
        double ratio = slow.p99s().median() / fast.p99s().median();
        System.out.printf(
                "fsync p99, medians of %d rounds of %s: %.0f us with a fast store, %.0f us at %s a second: %.2f times;"
                        + " the guest wrote %.0f and %.0f bytes/s%n",
                ROUNDS,
                ROUND,
                fast.p99s().median(),
                slow.p99s().median(),
                SLOW,
                ratio,
                fast.rates().median(),
                slow.rates().median());

        assertThat(slow.rates().median())
                .as("what the guest wrote")
                .isGreaterThan(0.9 * fast.rates().median());
        assertThat(ratio).isLessThan(MOST_OFTEN_SLOWER);
    }

    @Test
    @Order(2)
    void aFirstCopyComesToItsEndWhileTheGuestWritesHalfOfWhatTheStoreTakes() throws Exception {
        replication.protect(List.of());
        attachRandomDisk();
        store.setSpeed(SEEDING);
        setPace(PACE_WHILE_SEEDING);

        Duration begun = time.elapsed();
        protect("seeded", Duration.ofSeconds(30));
        int passes = 0;
        while (report().newest().isEmpty()) {
            assertThat(time.elapsed().minus(begun)).as("%s", report()).isLessThan(SEED_LIMIT);
            int pass = report().seed().map(GroupReport.Seed::pass).orElse(0);
            if (pass > passes) {
                System.out.printf("after %s pass %d: %s%n", time.elapsed().minus(begun), pass, report().seed());
            }
            passes = Math.max(passes, pass);
            time.pause(LOOK_AGAIN);
        }
        Duration took = time.elapsed().minus(begun);
        ScribeState state = lab.scribe(scribe -> scribe.state());
        System.out.printf(
                "the first copy with %d MiB of random bytes took %s in %d passes; the guest wrote %d bytes/s, fsync p99"
                        + " %d us%n",
                SEED_MIB, took, passes, state.bytesPerSecond(), state.fsyncs().p99Us());

        new PointAudit(lab, guarded).requireRecords(awaitFreshPoint(LIMIT), "vdb", state.last());
        assertThat(passes).isGreaterThan(2);
        assertThat(state.bytesPerSecond()).isGreaterThan(PACE_WHILE_SEEDING.bytes() / 2);
        assertThat(report().health()).as("%s", report()).isEqualTo(Health.OK);
        assertThat(report().resyncs()).isEmpty();
    }

    private void protect(String group, Duration period) {
        replication.protect(List.of(
                new Protection(group, List.of("scribe"), period, Optional.empty(), Set.of(), SCRATCH_BYTES, true)));
    }

    /** What compresses, or is there twice, would take no time on the link. */
    private void attachRandomDisk() throws Exception {
        Path raw = lab.scratch("random.raw");
        Program.of("dd", "if=/dev/urandom", "of=" + raw, "bs=1M", "count=" + SEED_MIB, "status=none")
                .ask();
        Path image = lab.file(LabHost.PRIMARY_1, "lib/images/scribe-vdc.qcow2");
        Program.of("qemu-img", "convert", "-O", "qcow2", raw.toString(), image.toString())
                .ask();
        Files.delete(raw);
        lab.virsh(LabHost.PRIMARY_1, "attach-disk", "scribe", "/var/lib/libvirt/images/scribe-vdc.qcow2", "vdc")
                .with("--driver", "qemu", "--subdriver", "qcow2", "--targetbus", "virtio", "--live", "--config")
                .ask();
    }

    private void setPace(ByteCount pace) throws Exception {
        lab.scribe(scribe -> {
            scribe.setPace(pace);
            return pace;
        });
    }

    private boolean scribeAnswers() {
        try {
            return lab.scribe(scribe -> scribe.isHealthy());
        } catch (Exception e) {
            return false;
        }
    }

    private GroupReport report() {
        return replication.reports().getFirst();
    }

    /** A point whose content is younger than now. */
    private String awaitFreshPoint(Duration limit) throws InterruptedException {
        Instant now = time.instant();
        assertThat(time.await(
                        limit,
                        LOOK_AGAIN,
                        () -> report().newestStarted()
                                .filter(started -> started.isAfter(now))
                                .isPresent()))
                .as("%s", report())
                .isTrue();
        return report().newest().orElseThrow();
    }
}
