package dev.lifeboat.bench.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.bench.tool.ServiceMeter;
import dev.lifeboat.host.Program;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** An agent that is a shell script, started by another one as on the bench's host. */
class AgentProcessTest {

    private static final Duration LIMIT = Duration.ofMinutes(1);

    private static AgentProcess agent(String script) {
        // Two shells: the outer one stands for what enters the host. Without the last word it would become the inner.
        return AgentProcess.start(Program.of("sh", "-c", "sh -c \"$0\"; exit 0", script), "bench");
    }

    @Test
    void aPointIsWhatTheLogSaysOfItsGroup() throws Exception {
        try (AgentProcess agent = agent("sleep 60")) {
            assertThat(agent.pointIn("2026-11-21T20:00:00.000Z INFO  d.l.agent.CycleLog: bench@1-1 in 12.345 s: 2.0 MiB"
                            + " read, 1.0 MiB stored [group=bench, cycle=1]"))
                    .contains("bench@1-1");
            assertThat(agent.pointIn("INFO  d.l.agent.CycleLog: other@1-1 in 12.345 s: 2.0 MiB read"))
                    .isEmpty();
            assertThat(agent.pointIn("WARN  d.l.agent.CycleLog: bench@1-1 is late"))
                    .isEmpty();
        }
    }

    @Test
    void pointsAreFollowedAsTheyArePublished() throws Exception {
        try (AgentProcess agent = agent("""
                echo 'x: bench@1-1 in 1.0 s: some' >&2
                echo 'noise' >&2
                echo 'x: bench@1-2 in 1.0 s: some' >&2
                sleep 600
                """)) {
            assertThat(agent.awaitPoint(LIMIT)).isEqualTo("bench@1-1");
            assertThat(agent.awaitPoint(LIMIT)).isEqualTo("bench@1-2");
            assertThatThrownBy(() -> agent.awaitPoint(Duration.ofMillis(1)))
                    .isInstanceOfSatisfying(
                            LifeboatException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.HOST_PROGRAM_TIMED_OUT));
        }
    }

    @Test
    void anAgentThatEndsIsAFailureWithItsLastWords() throws Exception {
        try (AgentProcess agent = agent("echo 'LB-AGENT-001: no such machine' >&2")) {
            for (int asked = 0; asked < 2; asked++) {
                assertThatThrownBy(() -> agent.awaitPoint(LIMIT))
                        .isInstanceOf(LifeboatException.class)
                        .hasMessageContaining("The agent ended")
                        .hasMessageContaining("no such machine");
            }
        }
    }

    @Test
    void whatWillNotStopIsKilledWithItsChildren() throws Exception {
        ProcessHandle stubborn;
        try (AgentProcess agent = agent("""
                trap '' TERM
                echo 'x: bench@1-1 in 1.0 s: some' >&2
                while :; do sleep 0.1; done
                """)) {
            agent.awaitPoint(LIMIT);
            stubborn = agent.processes().findFirst().orElseThrow();
            assertThat(stubborn.isAlive()).isTrue();
        }
        assertThat(stubborn.isAlive()).isFalse();
    }

    @Test
    void whatRunsIsMeteredFromOutside() throws Exception {
        try (AgentProcess agent = agent("""
                i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done
                echo 'x: bench@1-1 in 1.0 s: some' >&2
                sleep 600
                """)) {
            agent.awaitPoint(LIMIT);
            ServiceMeter meter = agent.meter();

            assertThat(meter.cpu()).isPositive();
            assertThat(meter.peakMib()).isBetween(0.5, 20.0);
            assertThat(meter.since(meter.cpu(), Duration.ofSeconds(2)).wallS()).isEqualTo(2.0);
            assertThat(meter.since(meter.cpu(), Duration.ofSeconds(2)).cpuS()).isZero();
        }
    }
}
