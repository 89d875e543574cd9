package dev.lifeboat.recovery.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.key.SessionId;
import dev.lifeboat.vault.point.SessionRef;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is handed to an export, and what is not. */
class ExportOrderTest {

    private static final BootTrace TRACE =
            new BootTrace(List.of(new BootTrace.Run("vda", 7, 3), new BootTrace.Run("vdb", 1L << 40, 1)));

    @TempDir
    private Path folder;

    private ServedVault vault;
    private Point web;
    private Point db;

    @BeforeEach
    void make() throws Exception {
        vault = new ServedVault(folder);
        web = vault.put("web", Map.of("vda", new MadeDisk(1, 2 << 20)));
        db = vault.put("db", Map.of("vda", new MadeDisk(2, 2 << 20)));
    }

    private ExportOrder order(Optional<Account> account) {
        return vault.order(web, folder, account, TRACE);
    }

    private static void assertRefused(byte[] bytes, String why) {
        assertThatExceptionOfType(LifeboatException.class)
                .isThrownBy(() -> ExportOrder.decode(bytes))
                .matches(e -> e.code() == ErrorCode.RECOVERY_ORDER_UNREADABLE)
                .withMessageContaining(why);
    }

    @Test
    void whatWasWrittenIsRead() {
        try (ExportOrder order = order(Optional.of(new Account("libvirt-qemu", "kvm")))) {
            ExportOrder read = ExportOrder.read(new ByteArrayInputStream(order.encode()));

            assertThat(read.vault()).isEqualTo(vault.url());
            assertThat(read.point()).isEqualTo(web.id());
            assertThat(read.machine()).isEqualTo("web");
            assertThat(read.account()).isEqualTo(order.account());
            assertThat(read.cacheFolder()).isEqualTo(folder);
            assertThat(read.cacheSize()).isEqualTo(ServedVault.CACHE);
            assertThat(read.trace()).isEqualTo(TRACE);
            assertThat(read.keys().anchor().vault())
                    .isEqualTo(order.keys().anchor().vault());
            SessionId session = web.manifest().session();
            assertThat(read.keys()
                            .of(session)
                            .orElseThrow()
                            .sameAs(order.keys().of(session).orElseThrow()))
                    .isTrue();
            assertThat(ExportOrder.decode(order(Optional.empty()).encode()).account())
                    .isEmpty();
        }
    }

    @Test
    void thereAreTheKeysOfThePointsSessionsAndNoOthers() {
        try (ExportOrder order = order(Optional.empty())) {
            assertThat(order.keys().sessions())
                    .isEqualTo(web.manifest().sessions().size());
            assertThat(web.manifest().sessions())
                    .extracting(SessionRef::session)
                    .allMatch(session -> order.keys().of(session).isPresent());
            assertThat(order.keys().of(db.manifest().session())).isEmpty();
        }
    }

    @Test
    void aMachineThatThePointHasNotIsRefused() {
        assertThatExceptionOfType(LifeboatException.class)
                .isThrownBy(() -> ExportOrder.of(
                        vault.url(),
                        vault.opened(),
                        vault.sessions(),
                        web.id(),
                        "mail",
                        Optional.empty(),
                        folder,
                        ServedVault.CACHE,
                        BootTrace.NONE))
                .matches(e -> e.code() == ErrorCode.RECOVERY_MACHINE_NOT_IN_POINT);
    }

    @Test
    void anOrderThatIsCutOffAnywhereIsRefused() {
        byte[] whole = order(Optional.empty()).encode();
        for (int length = 0; length < whole.length; length++) {
            assertRefused(Arrays.copyOf(whole, length), "");
        }
        assertRefused(new byte[0], "it is empty");
        assertRefused(Arrays.copyOf(whole, whole.length + 1), "it is cut off");
    }

    @Test
    void everyBitCounts() {
        byte[] whole = order(Optional.empty()).encode();
        for (int bit = 0; bit < 8 * whole.length; bit += 5) {
            byte[] damaged = whole.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertRefused(damaged, "");
        }
    }

    @Test
    void anotherVersionIsNamed() {
        byte[] whole = order(Optional.empty()).encode();
        whole[9] = 7;
        assertRefused(whole, "it has version 7, and this program knows 0");
    }

    @Test
    void aClosedOrderHasNoKeysAnyMore() {
        ExportOrder order = order(Optional.empty());
        order.close();
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(order::encode);
    }

    @Test
    void aTraceIsReadAsItWasWrittenAndDamageIsFound() throws Exception {
        byte[] encoded = TRACE.encode();
        assertThat(BootTrace.decode(encoded)).isEqualTo(TRACE);
        assertThat(BootTrace.decode(BootTrace.NONE.encode())).isEqualTo(BootTrace.NONE);
        for (int i = 0; i < encoded.length; i++) {
            byte[] damaged = encoded.clone();
            damaged[i] ^= 0x10;
            assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> BootTrace.decode(damaged));
            byte[] cut = Arrays.copyOf(encoded, i);
            assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> BootTrace.decode(cut));
        }
        // The frozen sample of version 0.
        Path sample = Path.of(BootTrace.class.getResource("/boot-trace-0.bin").toURI());
        assertThat(Files.readAllBytes(sample)).isEqualTo(encoded);
    }

    @Test
    void aRecorderNotesEachBlockOnceInOrderUntilItIsOver() {
        BootTraceRecorder recorder = new BootTraceRecorder();
        recorder.read("vda", 5 * 65536 + 10, 65536);
        recorder.read("vda", 7 * 65536, 512);
        recorder.read("vdb", 0, 1);
        recorder.read("vda", 5 * 65536, 65536);
        recorder.read("vda", 0, 65536);
        recorder.finish();
        recorder.read("vda", 65536, 65536);

        assertThat(recorder.isOver()).isTrue();
        assertThat(recorder.trace().runs())
                .containsExactly(
                        new BootTrace.Run("vda", 5, 3), new BootTrace.Run("vdb", 0, 1), new BootTrace.Run("vda", 0, 1));
    }

    @Test
    void aRecorderIsBounded() {
        BootTraceRecorder recorder = new BootTraceRecorder();
        for (long block = 0; block < 2L * BootTrace.MOST_RUNS; block++) {
            recorder.read("vda", 2 * block * 65536, 1);
        }
        assertThat(recorder.isOver()).isTrue();
        assertThat(BootTrace.decode(recorder.trace().encode()).runs()).hasSize(BootTrace.MOST_RUNS);
    }
}
