package dev.lifeboat.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lifeboat.host.Folders;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.network.RealmState;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ending recoveries. */
@SuppressWarnings("NullAway.Init") // made before each test
class EndingTest {

    @TempDir
    private Path folder;

    private RecoveryHost host;

    @BeforeEach
    void make() throws Exception {
        host = new RecoveryHost(Files.createTempDirectory(folder, "e"));
    }

    @AfterEach
    void end() {
        host.close();
    }

    private void assertUnknown(String name) {
        assertThatExceptionOfType(LifeboatException.class)
                .isThrownBy(() -> host.process().end(name))
                .matches(e -> e.code() == ErrorCode.RECOVERY_UNKNOWN)
                .withMessageContaining(name);
    }

    @Test
    void whatHasEndedLeavesNothingAndIsNotKnownAnyMore() throws Exception {
        RecoveryReport report = host.start(RecoveryHost.order(Purpose.UNPLANNED));
        host.requireStarted(RecoveryHost.order(Purpose.UNPLANNED), report);

        assertThat(host.process().end("shop")).isEmpty();
        host.requireNothingLeft();
        assertUnknown("shop");
    }

    @Test
    void aNameThatNothingKnowsIsToldAndLeavesNoFolder() throws Exception {
        assertUnknown("shop");
        RecoveryReport _ = host.start(RecoveryHost.order(Purpose.TEST));
        assertUnknown("shpo");
        assertThat(host.recoveries).isDirectoryNotContaining(file -> file.endsWith("shpo"));
        assertThat(host.process().observe()).singleElement().matches(RecoveryReport::isReady);
    }

    @Test
    void whatIsLeftIsToldUntilItHasGone() throws Exception {
        RecoveryReport _ = host.start(RecoveryHost.order(Purpose.UNPLANNED));
        host.networks.holdOn("process 17");
        assertThat(host.process().end("shop")).containsExactly("process 17");
        assertThat(host.process().observe()).singleElement().matches(RecoveryReport::ending);

        host.networks.holdOn();
        assertThat(host.process().end("shop")).isEmpty();
        host.requireNothingLeft();
    }

    @Test
    void aRecoveryThatHasLostItsFilesIsEndedByItsName() throws Exception {
        RecoveryReport _ = host.start(RecoveryHost.order(Purpose.UNPLANNED));
        Folders.delete(host.recoveries);
        assertThat(host.process().end("shop")).isEmpty();
        assertThat(host.machines.machines()).isEmpty();
        assertThat(host.networks.connect().observe()).isEmpty();
    }

    @Test
    void networksAloneAreEndedByTheirName() throws Exception {
        RecoveryReport _ = host.start(RecoveryHost.order(Purpose.UNPLANNED));
        host.networks.holdOn("process 17");
        assertThat(host.process().end("shop")).isNotEmpty();
        Folders.delete(host.recoveries);
        host.networks.holdOn();
        assertThat(host.process().end("shop")).isEmpty();
        assertThat(host.networks.connect().observe()).noneMatch(RealmState::isWhole);
        assertUnknown("shop");
    }
}
