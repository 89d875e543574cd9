package dev.lifeboat.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgramTest {

    private final List<String> shown = Collections.synchronizedList(new ArrayList<>());

    @Test
    void linesAreShownAsTheyEndHoweverTheyEnd() throws InterruptedException {
        ProgramRun run = sh("printf 'one\\ntwo\\r\\n\\n\\nthree\\rfour'")
                .showing(shown::add)
                .run();

        assertThat(shown).containsExactly("one", "two", "", "", "three", "four");
        assertThat(run.output()).isEqualTo("one\ntwo\n\n\nthree\nfour\n");
        assertThat(run.errors()).isEmpty();
    }

    @Test
    void aLineThatDoesNotEndIsCut() throws InterruptedException {
        int beyond = Program.OUTPUT_LIMIT + 1000;

        ProgramRun run = sh("head -c %d /dev/zero | tr '\\0' x".formatted(beyond))
                .showing(shown::add)
                .run();

        assertThat(run.succeeded()).as("the program is not held up").isTrue();
        assertThat(run.output().length()).isEqualTo(Program.OUTPUT_LIMIT);
        assertThat(shown).hasSize(1);
        assertThat(shown.getFirst().length()).isEqualTo(Program.OUTPUT_LIMIT);
    }

    @Test
    void aDaemonThatHoldsTheStreamsOpenDoesNotHoldUpTheAnswer() throws InterruptedException {
        ProgramRun run = sh("printf %s \"answer $$\"; sleep 30 &")
                .within(Duration.ofSeconds(20))
                .run();

        assertThat(run.succeeded()).isTrue();
        assertThat(run.output()).startsWith("answer ");
    }

    @Test
    void aRunThatIsOverTimeIsKilled() {
        Program endless = sh("yes | tr -d '\\n'").within(Duration.ofMillis(300));

        assertThatThrownBy(endless::run)
                .isInstanceOfSatisfying(
                        LifeboatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.HOST_PROGRAM_TIMED_OUT));
    }

    private static Program sh(String script) {
        return Program.of("sh", "-c", script);
    }
}
