package dev.lifeboat.simulation;

import static dev.lifeboat.simulation.ProtectedScribe.GROUP;
import static dev.lifeboat.simulation.ProtectedScribe.every5s;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.agent.endpoint.AgentStatus;
import dev.lifeboat.replication.Health;
import dev.lifeboat.simulation.ProtectedScribe.Before;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
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
 * The store is away for several periods, in the ways a folder can be, and comes back: the guest does not notice, what
 * it wrote meanwhile waits in its own disk's bitmap, and the first point afterwards has it.
 */
@NeedsLab
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init") // brought up before the tests
class StoreGoesAwayTest {

    /** Of lag: four periods. */
    private static final double AWAY_S = 20;

    private ProtectedScribe site;

    @BeforeAll
    void bringItUp() throws Exception {
        site = ProtectedScribe.up("track-store", every5s());
        site.startAgent();
    }

    @AfterAll
    void takeItDown() throws InterruptedException {
        if (site != null) {
            site.takeDown();
        }
    }

    private Path vault() {
        return site.lab().scratch("vault");
    }

    @Test
    @Order(1)
    void aVaultWhoseFolderIsGoneIsMissedAndFoundAgain() throws Exception {
        Path away = site.lab().scratch("vault-away");
        Before before = site.before();
        Files.move(vault(), away);
        awayForSeveralPeriods("is it mounted?");
        Files.move(away, vault());
        backAgain(before);
    }

    @Test
    @Order(2)
    void aMountPointWithoutItsVaultIsNotTakenForOne() throws Exception {
        Path empty = site.lab().scratch("empty");
        Files.createDirectory(empty);
        Before before = site.before();
        site.inside("mount", "--bind", empty.toString(), vault().toString()).ask();
        awayForSeveralPeriods("is it mounted?");
        site.inside("umount", vault().toString()).ask();
        assertThat(empty).isEmptyDirectory();
        backAgain(before);
    }

    @Test
    @Order(3)
    void aVaultThatCanBeReadOnlyIsWaitedFor() throws Exception {
        Before before = site.before();
        site.inside("mount", "--bind", vault().toString(), vault().toString()).ask();
        site.inside("mount", "-o", "remount,bind,ro", vault().toString()).ask();
        awayForSeveralPeriods("LB-");
        site.inside("umount", vault().toString()).ask();
        backAgain(before);
    }

    private void awayForSeveralPeriods(String why) throws Exception {
        AgentStatus.Group _ = site.agent()
                .await(
                        GROUP,
                        "the store is missed",
                        group -> group.health() == Health.STALLED
                                && String.valueOf(group.reason()).contains(why));
        AgentStatus.Group behind = site.agent().await(GROUP, "a lag of four periods", group -> {
            Double lag = group.lagS();
            return lag != null && lag > AWAY_S;
        });
        assertThat(behind.health()).isEqualTo(Health.STALLED);
        site.awaitRecords();
        site.say("while it was away: " + site.statusText());
    }

    private void backAgain(Before before) throws Exception {
        List<JsonNode> since = site.historyGoesOn(before);
        site.requireNoFullCopy(before, since);
        AgentStatus.Group now = site.agent().await(GROUP, "all is well", group -> group.health() == Health.OK);
        assertThat(now.resyncs()).isEmpty();
        assertThat(Objects.requireNonNull(now.newest())).isGreaterThan("");
        site.say("the agent said: " + site.loggedSince(before));
    }
}
