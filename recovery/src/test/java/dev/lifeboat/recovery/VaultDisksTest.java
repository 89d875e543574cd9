package dev.lifeboat.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.nbd.NbdAddress;
import dev.lifeboat.nbd.NbdClient;
import dev.lifeboat.recovery.RecoveryOrder.Sign;
import dev.lifeboat.recovery.RecoveryOrder.Wanted;
import dev.lifeboat.recovery.export.BootTrace;
import dev.lifeboat.recovery.export.ChildExport;
import dev.lifeboat.recovery.export.ExportStarter;
import dev.lifeboat.recovery.export.KeptTraces;
import dev.lifeboat.recovery.export.MadeDisk;
import dev.lifeboat.recovery.export.RunningExport;
import dev.lifeboat.recovery.export.ServedVault;
import dev.lifeboat.recovery.relay.RelayStarter;
import dev.lifeboat.vault.Point;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a machine reads until it is up is kept and fetched first at its next start, by real exports. */
class VaultDisksTest {

    private static final String MACHINE = "web";
    private static final ByteCount CACHE = ByteCount.ofMebibytes(64);
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
    private static final long SIZE = 24L << 20;
    private static final Wanted SEEN = new Wanted(MACHINE, Sign.PORT, 80);
    private static final Wanted RUNNING = new Wanted(MACHINE, Sign.RUNNING, 0);

    @TempDir
    private Path temporary;

    private final Timekeeper time = new SystemTimekeeper();
    private final List<String> said = new ArrayList<>();
    private RecoveryFolder folder = new RecoveryFolder(Path.of(""));
    private Path traces = Path.of("");
    private ServedVault vault;
    private Point point;

    @BeforeEach
    void aMachineOfAPoint() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/nbdkit")), "nbdkit is not installed");
        vault = new ServedVault(temporary);
        point = vault.put(MACHINE, Map.of("vda", new MadeDisk(1, SIZE)));
        folder = RecoveryFolder.of(temporary, "r");
        folder.make(MACHINE);
        traces = temporary.resolve("traces");
    }

    @AfterEach
    void nothingServes() throws Exception {
        if (vault != null) {
            assertThat(disks().end(folder, MACHINE)).isEmpty();
        }
    }

    /** As one process has it. */
    private VaultDisks disks() {
        return new VaultDisks(
                        new ExportStarter(ChildExport.class.getName(), System.getProperty("java.class.path"), time),
                        new RelayStarter(Optional.empty(), time),
                        Optional.empty(),
                        Optional.of(new VaultDisks.OpenVault(vault.url(), vault.opened(), vault.sessions())),
                        CACHE)
                .withTraces(new KeptTraces(traces));
    }

    private RunningExport export() {
        return disks().export(temporary, "r", MACHINE).orElseThrow();
    }

    private void serve(boolean ran) throws InterruptedException {
        said.clear();
        assertThat(disks().serve(folder, point.id(), MACHINE, ran, said::add).address("vda"))
                .contains("vda");
    }

    private void read(long offset, int length) throws IOException {
        try (NbdClient client =
                NbdClient.to(NbdAddress.unix(export().socket())).export("vda").connect()) {
            client.read(offset, ByteBuffer.allocate(length));
        }
    }

    private void isUp(Wanted wanted) {
        said.clear();
        disks().isUp(folder, point.id(), wanted, said::add);
    }

    private BootTrace kept() {
        return new KeptTraces(traces).of(MACHINE, MACHINE).trace();
    }

    @Test
    void theNextStartFetchesFirstWhatThisOneRead() throws Exception {
        serve(false);
        assertThat(said).isEmpty();
        read(9L << 20, 4096);
        read(1L << 20, 65536);
        isUp(SEEN);
        assertThat(said).containsExactly("Which 128.0 KiB web read is kept for its next start on this host");
        read(20L << 20, 4096);
        // A start that is repeated keeps nothing of what came after.
        serve(false);
        isUp(SEEN);
        assertThat(said).isEmpty();
        assertThat(kept().runs()).containsExactly(new BootTrace.Run("vda", 9 * 16, 1), new BootTrace.Run("vda", 16, 1));
        assertThat(disks().end(folder, MACHINE)).isEmpty();

        // From a later point, of which the machine's disk is another one.
        point = vault.put(MACHINE, Map.of("vda", new MadeDisk(2, 2L << 20)));
        serve(false);
        assertThat(said)
                .containsExactly("128.0 KiB of web are fetched first: it read them at its last start on this host");
        assertThat(time.await(LIMIT, LOOK_AGAIN, () -> export().status().tracePiecesDone() == 1))
                .isTrue();
        assertThat(export().status().tracePieces()).isEqualTo(1);
        assertThat(export().status().failures()).isZero();
    }

    @Test
    void aDamagedTraceIsSaidAndTheDisksAreServed() throws Exception {
        serve(false);
        read(0, 4096);
        isUp(SEEN);
        assertThat(disks().end(folder, MACHINE)).isEmpty();
        Path file = traces.resolve(MACHINE).resolve(MACHINE);
        byte[] bytes = Files.readAllBytes(file);
        bytes[20] ^= 1;
        Files.write(file, bytes);

        serve(false);
        assertThat(said)
                .singleElement()
                .asString()
                .startsWith("What web read at its last start on this host is not fetched first: " + file);
        assertThat(export().status().tracePieces()).isZero();
        read(1L << 20, 4096);
        isUp(SEEN);
        assertThat(kept().runs()).containsExactly(new BootTrace.Run("vda", 16, 1));
    }

    @Test
    void whatSaysNothingOfAStartIsNotKept() throws Exception {
        serve(false);
        read(0, 4096);
        // Its processors run: it has not come up yet.
        isUp(RUNNING);
        assertThat(kept()).isEqualTo(BootTrace.NONE);
        assertThat(disks().end(folder, MACHINE)).isEmpty();

        // It ran already, and another export has died.
        serve(true);
        read(0, 4096);
        isUp(SEEN);
        assertThat(kept()).isEqualTo(BootTrace.NONE);
        assertThat(traces).doesNotExist();
    }

    /** Whoever started it was killed before it was ready; its export goes on, and so does the noting. */
    @Test
    void aStartThatAnotherProcessCompletesIsKeptWhole() throws Exception {
        serve(false);
        read(0, 4096);
        serve(true);
        read(1L << 20, 4096);
        isUp(SEEN);
        assertThat(kept().runs()).containsExactly(new BootTrace.Run("vda", 0, 1), new BootTrace.Run("vda", 16, 1));
    }

    @Test
    void aTraceThatCannotBeKeptDoesNotFailTheMachine() throws Exception {
        Files.writeString(traces, "no folder");
        serve(false);
        read(0, 4096);
        isUp(SEEN);
        assertThat(said).singleElement().asString().startsWith("What web read is not kept for its next start: ");
        assertThat(export().status().bootOver()).isTrue();
    }
}
