package dev.lifeboat.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.lab.LabHost;
import dev.lifeboat.lab.scribe.ScribeClient.AgentConduct;
import dev.lifeboat.lab.scribe.ScribeState;
import dev.lifeboat.lab.scribe.SlotDeed;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.Timekeeper;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** Scribe, told to write fast and all over its disk, to measure itself, and to misbehave when it is to be frozen. */
@NeedsLab
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ScribeOnDemandTest {

    private static final ByteCount PACE = new ByteCount(2_000_000);
    private static final Duration WRITING = Duration.ofSeconds(15);
    private static final Duration FREEZE_PATIENCE = Duration.ofSeconds(3);

    private final Timekeeper time = new SystemTimekeeper();
    private TestLab lab;

    @BeforeAll
    void bringItUp() throws IOException, InterruptedException {
        lab = TestLab.named("demand");
        lab.succeed("up", "--only", "scribe");
    }

    @AfterAll
    void takeItDown() throws InterruptedException {
        lab.takeDown();
    }

    @Test
    @Order(1)
    void twoMegabytesASecondAreReachedAndMeasured() throws Exception {
        lab.scribe(scribe -> {
            scribe.setScatter(16);
            scribe.setPace(PACE);
            return scribe;
        });
        time.pause(WRITING);

        ScribeState state = lab.scribe(scribe -> scribe.state());

        assertThat(state.bytesPerSecond()).isGreaterThan(PACE.bytes() * 9 / 10);
        assertThat(state.fsyncs().count()).isGreaterThan(50);
        assertThat(state.fsyncs().p50Us()).isPositive();
        assertThat(state.fsyncs().p99Us()).isGreaterThanOrEqualTo(state.fsyncs().p50Us());
        assertThat(state.fsyncs().maxUs()).isGreaterThanOrEqualTo(state.fsyncs().p99Us());
    }

    @Test
    @Order(2)
    void aFrozenScribeWritesNothingUntilItIsThawed() throws Exception {
        lab.virsh(LabHost.PRIMARY_1, "domfsfreeze", "scribe").ask();
        ScribeState frozen = lab.scribe(scribe -> scribe.state());
        time.pause(Duration.ofSeconds(1));
        long last = lab.scribe(scribe -> scribe.last());
        lab.virsh(LabHost.PRIMARY_1, "domfsthaw", "scribe").ask();

        assertThat(frozen.quiet()).isTrue();
        assertThat(frozen.settled()).isEqualTo(frozen.last());
        assertThat(last).isEqualTo(frozen.last());
        assertThat(lab.scribe(scribe -> scribe.state()).quiet()).isFalse();
    }

    @Test
    @Order(3)
    void aFreezeCanBeMadeToHangAndToRelent() throws Exception {
        conduct(AgentConduct.HANGING);
        Process freeze = lab.virsh(LabHost.PRIMARY_1, "domfsfreeze", "scribe").start();
        assertThat(freeze.waitFor(FREEZE_PATIENCE)).as("the freeze came back").isFalse();

        conduct(AgentConduct.RELENTING);
        assertThat(freeze.waitFor(Duration.ofSeconds(30))).isTrue();
        assertThat(freeze.exitValue()).isZero();
        lab.virsh(LabHost.PRIMARY_1, "domfsthaw", "scribe").ask();
    }

    @Test
    @Order(4)
    void anAgentThatIsStoppedAnswersNothing() throws Exception {
        conduct(AgentConduct.STOPPED);
        assertThat(ping().succeeded()).isFalse();

        conduct(AgentConduct.GOING_ON);
        // It works off first what it was asked meanwhile.
        time.pause(Duration.ofSeconds(2));
        assertThat(ping().succeeded()).isTrue();
    }

    @Test
    @Order(5)
    void slotsThatWereWrittenZeroedAndDiscardedAreAsTheLogSaysAfterALossOfPower() throws Exception {
        lab.scribe(scribe -> scribe.touch(new SlotDeed(SlotDeed.Kind.WRITE, 0, 40_000)));
        lab.scribe(scribe -> scribe.touch(new SlotDeed(SlotDeed.Kind.ZERO, 10_000, 20_000)));
        long last = lab.scribe(scribe -> scribe.touch(new SlotDeed(SlotDeed.Kind.DISCARD, 25_000, 1_000_000)));

        lab.succeed("power-off", "primary");

        ProgramRun check = TestLab.lifeboat("lab", "check-records", "--disk")
                .with(lab.file(LabHost.PRIMARY_1, "lib/images/scribe-vdb.qcow2").toString())
                .with("--announced", Long.toString(last))
                .run();
        assertThat(check.exitCode()).as(check.output() + check.errors()).isZero();
    }

    private void conduct(AgentConduct conduct) throws Exception {
        lab.scribe(scribe -> {
            scribe.setAgent(conduct);
            return conduct;
        });
    }

    private ProgramRun ping() throws InterruptedException {
        return lab.virsh(LabHost.PRIMARY_1, "qemu-agent-command", "--timeout", "4", "scribe")
                .with("{\"execute\":\"guest-ping\"}")
                .run();
    }
}
