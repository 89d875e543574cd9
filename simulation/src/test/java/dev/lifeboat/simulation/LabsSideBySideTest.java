package dev.lifeboat.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two labs of different names use the same addresses on the same computer and know nothing of each other. */
@NeedsLab
class LabsSideBySideTest {

    private TestLab one;
    private TestLab two;

    @BeforeEach
    void bringUpTwo() throws IOException, InterruptedException {
        one = TestLab.named("one");
        two = one.sibling("two");
        one.succeed("up", "--only", "scribe");
        two.succeed("up", "--only", "scribe");
    }

    @AfterEach
    void takeThemDown() throws InterruptedException {
        two.succeed("down");
        one.takeDown();
    }

    @Test
    void theLossOfASiteInOneLabIsNotNoticedInTheOther() throws InterruptedException {
        long before = two.status().path("scribe").path("last").asLong();

        one.succeed("power-off", "primary");

        assertThat(one.status().path("scribe").path("answers").asBoolean()).isFalse();
        assertThat(two.status().path("scribe").path("last").asLong()).isGreaterThan(before);
        assertThat(two.status().path("link").asString()).isEqualTo("up");
        assertThat(one.command("lab", "status", "--all", "--output", "json")
                        .run()
                        .output())
                .contains("\"one\"", "\"two\"");

        one.succeed("down");

        assertThat(two.status().path("scribe").path("answers").asBoolean()).isTrue();
    }
}
