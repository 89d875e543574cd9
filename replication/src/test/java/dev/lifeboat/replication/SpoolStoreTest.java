package dev.lifeboat.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.store.Fault;
import dev.lifeboat.vault.store.FaultPlan;
import dev.lifeboat.vault.store.FaultyStore;
import dev.lifeboat.vault.store.MemoryStore;
import dev.lifeboat.vault.store.ObjectName;
import dev.lifeboat.vault.store.PutResult;
import dev.lifeboat.vault.store.StoreException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Packs on their way to the store. */
@Timeout(60)
class SpoolStoreTest {

    private static final ObjectName ONE = ObjectName.of("packs/01/0000000000000000000000000000000001");
    private static final ObjectName TWO = ObjectName.of("packs/02/0000000000000000000000000000000002");
    private static final ObjectName POINT = ObjectName.of("points/shop/1");

    @TempDir
    Path folder;

    private final MemoryStore store = new MemoryStore("vault");
    private final SteppedTime time = new SteppedTime();
    private final Queue<Runnable> uploads = new ArrayDeque<>();
    private final Executor later = uploads::add;

    private SpoolStore spool(dev.lifeboat.vault.store.BlobStore below, long most, Executor uploaders) {
        return new SpoolStore(
                below,
                folder,
                new ByteCount(most),
                new Bandwidth(BandwidthSchedule.unlimited(), time),
                uploaders,
                () -> true);
    }

    private static ByteBuffer pack(int fill, int size) {
        byte[] bytes = new byte[size];
        java.util.Arrays.fill(bytes, (byte) fill);
        return ByteBuffer.wrap(bytes);
    }

    @Test
    void aPackIsTakenWithoutTheStoreAndReadFromTheFolder() {
        SpoolStore spool = spool(store, 1000, later);
        assertThat(spool.putIfAbsent(ONE, pack(1, 100), pack(2, 50))).isEqualTo(PutResult.CREATED);
        assertThat(store.head(ONE)).isEmpty();
        assertThat(spool.head(ONE).orElseThrow().size()).isEqualTo(150);
        assertThat(spool.get(ONE)).hasSize(150).endsWith(2).startsWith(1);
        ByteBuffer part = ByteBuffer.allocate(4);
        spool.getRange(ONE, 98, part);
        assertThat(part.array()).containsExactly(1, 1, 2, 2);
        uploads.remove().run();
        assertThat(store.get(ONE)).isEqualTo(spool.get(ONE));
        assertThat(spool.spooledBytes()).isZero();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aPointIsPutWhenAllPacksBeforeItAreThere() throws Exception {
        SpoolStore spool = spool(
                new WatchedStore(store, name -> {
                    if (name.equals(POINT.text())) {
                        assertThat(store.head(ONE)).isPresent();
                        assertThat(store.head(TWO)).isPresent();
                    }
                }),
                1000,
                task -> Thread.ofPlatform().daemon().start(task));
        assertThat(spool.putIfAbsent(ONE, pack(1, 100))).isEqualTo(PutResult.CREATED);
        assertThat(spool.putIfAbsent(TWO, pack(1, 100))).isEqualTo(PutResult.CREATED);
        assertThat(spool.putIfAbsent(POINT, pack(9, 10))).isEqualTo(PutResult.CREATED);
        assertThat(store.head(POINT)).isPresent();
    }

    @Test
    void aFullFolderIsSaidAtOnceAndNobodyWaits() {
        SpoolStore spool = spool(store, 250, later);
        assertThat(spool.hasRoom()).isTrue();
        assertThat(spool.putIfAbsent(ONE, pack(1, 200))).isEqualTo(PutResult.CREATED);
        assertThat(spool.hasRoom()).isFalse();
        assertThatExceptionOfType(LifeboatException.class)
                .isThrownBy(() -> spool.putIfAbsent(TWO, pack(1, 100)))
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.REPL_SPOOL_FULL));
        uploads.remove().run();
        assertThat(spool.putIfAbsent(TWO, pack(1, 100))).isEqualTo(PutResult.CREATED);
    }

    @Test
    void afterAFailedUploadNothingIsPublishedUntilItIsAbandoned() {
        FaultyStore faulty =
                new FaultyStore(store, FaultPlan.script(Fault.UNAVAILABLE), Duration.ZERO, time, new Random(1));
        SpoolStore spool = spool(faulty, 1000, later);
        assertThat(spool.putIfAbsent(ONE, pack(1, 100))).isEqualTo(PutResult.CREATED);
        uploads.remove().run();
        assertThatExceptionOfType(StoreException.class).isThrownBy(() -> spool.putIfAbsent(POINT, pack(1, 1)));
        assertThatExceptionOfType(StoreException.class).isThrownBy(() -> spool.putIfAbsent(TWO, pack(1, 1)));
        assertThat(spool.hasRoom()).isFalse();
        spool.abandon();
        assertThat(folder).isEmptyDirectory();
        assertThat(spool.putIfAbsent(POINT, pack(1, 1))).isEqualTo(PutResult.CREATED);
        assertThat(store.head(ONE)).isEmpty();
    }

    @Test
    void whatWasLeftIsRemovedAtTheStart() throws Exception {
        SpoolStore before = spool(store, 1000, later);
        assertThat(before.putIfAbsent(ONE, pack(1, 100))).isEqualTo(PutResult.CREATED);
        SpoolStore spool = spool(store, 1000, later);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
        assertThat(spool.head(ONE)).isEmpty();
        assertThat(spool.spooledBytes()).isZero();
    }

    @Test
    void noMoreIsSentThanTheScheduleAllows() throws Exception {
        Bandwidth bandwidth = new Bandwidth(
                new BandwidthSchedule(
                        java.time.ZoneId.of("UTC"),
                        java.util.Optional.of(ByteCount.ofMebibytes(1)),
                        java.util.List.of()),
                time);
        Duration begun = time.elapsed();
        bandwidth.pay(10 << 20);
        assertThat(time.elapsed().minus(begun)).isGreaterThan(Duration.ofSeconds(9));
    }
}
