package dev.lifeboat.vault.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lifeboat.model.ByteCount;
import dev.lifeboat.vault.store.StoreException.Kind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of packs on the local disk, and what becomes of it. */
class CachedStoreTest {

    private static final int CHUNK = ChunkCache.CHUNK_BYTES;
    private static final ObjectName NAME = ObjectName.of("packs/3f/1");

    @TempDir
    private Path folder;

    private final MemoryStore memory = new MemoryStore("slow");
    private final CountingStore slow = new CountingStore(memory);

    @Test
    void randomReadingCostsOneReadingOfTheStoreForEachChunk() throws IOException {
        int objects = 5;
        int size = 3 * CHUNK + 12_345;
        for (int i = 0; i < objects; i++) {
            memory.putIfAbsent(pack(i), ByteBuffer.wrap(content(i, size)));
        }
        try (CachedStore store = new CachedStore(slow, folder, ByteCount.ofMebibytes(16))) {
            SplittableRandom random = new SplittableRandom(3);
            Set<List<Integer>> touched = new HashSet<>();
            for (int i = 0; i < 2_000; i++) {
                int object = random.nextInt(objects);
                int offset = random.nextInt(size);
                int length = random.nextInt(1, Math.min(40_000, size - offset) + 1);
                assertThat(read(store, pack(object), offset, length))
                        .isEqualTo(Arrays.copyOfRange(content(object, size), offset, offset + length));
                touched.add(List.of(object, offset / CHUNK));
                touched.add(List.of(object, (offset + length - 1) / CHUNK));
            }

            assertThat(touched).hasSize(objects * 4);
            // A reading across a border fetches two neighbours at once.
            assertThat(slow.snapshot().calls(StoreOperation.GET_RANGE)).isBetween(objects * 2L, objects * 4L);
            assertThat(slow.snapshot().bytesReceived()).isEqualTo((long) objects * size);
            assertThat(slow.snapshot().calls(StoreOperation.HEAD)).isEqualTo(objects);
        }
    }

    @Test
    void eachChunkThatIsReadAloneIsFetchedOnce() {
        put(NAME, 4 * CHUNK);
        try (CachedStore store = new CachedStore(slow, folder, ByteCount.ofMebibytes(1))) {
            for (int round = 0; round < 3; round++) {
                for (int chunk = 0; chunk < 4; chunk++) {
                    check(store, NAME, 4 * CHUNK, chunk * CHUNK + 100 * round, 50);
                }
            }
        }
        assertThat(slow.snapshot().calls(StoreOperation.GET_RANGE)).isEqualTo(4);
    }

    @Test
    void aLongRangeIsFetchedInFewReadings() {
        int size = 40 * CHUNK + 1;
        put(NAME, size);
        try (CachedStore store = new CachedStore(slow, folder, ByteCount.ofMebibytes(16))) {
            check(store, NAME, size, 5 * CHUNK, 1);
            check(store, NAME, size, 0, size);
            check(store, NAME, size, 0, size);
        }
        // One, then what is before it, then 16 chunks at once.
        assertThat(slow.snapshot().calls(StoreOperation.GET_RANGE)).isEqualTo(1 + 1 + 3);
        assertThat(slow.snapshot().bytesReceived()).isEqualTo(size);
    }

    @Test
    void theFileIsNeverLargerThanTheCapacityAndTheChunksReadLastStay() throws IOException {
        int size = 20 * CHUNK;
        put(NAME, size);
        ByteCount capacity = new ByteCount(4L * CHUNK + 1_000);
        try (CachedStore store = new CachedStore(slow, folder, capacity)) {
            for (int chunk = 0; chunk < 20; chunk++) {
                check(store, NAME, size, 0, 10);
                check(store, NAME, size, chunk * CHUNK, CHUNK);
                assertThat(Files.size(cacheFile())).isLessThanOrEqualTo(capacity.bytes());
            }
            assertThat(slow.snapshot().calls(StoreOperation.GET_RANGE)).isEqualTo(20);
            check(store, NAME, size, 17 * CHUNK, 3 * CHUNK);
            assertThat(slow.snapshot().calls(StoreOperation.GET_RANGE)).isEqualTo(20);
            check(store, NAME, size, 16 * CHUNK, 10);
            assertThat(slow.snapshot().calls(StoreOperation.GET_RANGE)).isEqualTo(21);
        }
    }

    @Test
    void theFileIsPrivateHasNoNameAndEndsWithTheCache() throws IOException {
        put(NAME, 1_000);
        CachedStore store = new CachedStore(slow, folder, ByteCount.ofMebibytes(1));
        assertThat(store.isCaching()).isTrue();
        assertThat(folder).isEmptyDirectory();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(cacheFile())))
                .isEqualTo("rw-------");
        check(store, NAME, 1_000, 0, 1_000);

        store.close();

        assertThat(cacheFiles()).isEmpty();
        assertThat(store.isCaching()).isFalse();
        check(store, NAME, 1_000, 0, 1_000);
        store.close();
    }

    @Test
    void onlyRangesOfPacksAreKept() {
        ObjectName point = ObjectName.of("points/g/1");
        put(NAME, 100);
        put(point, 100);
        try (CachedStore store = new CachedStore(slow, folder, ByteCount.ofMebibytes(1))) {
            for (int i = 0; i < 2; i++) {
                check(store, point, 100, 0, 100);
                check(store, NAME, 100, 0, 100);
                assertThat(store.get(NAME)).hasSize(100);
                assertThat(store.head(NAME)).isPresent();
            }
        }
        assertThat(slow.snapshot().calls(StoreOperation.GET_RANGE)).isEqualTo(2 + 1);
        assertThat(slow.snapshot().calls(StoreOperation.GET)).isEqualTo(2);
    }

    @Test
    void manyThreadsThatWantTheSameChunksFetchThemOnce() throws Exception {
        int size = 8 * CHUNK;
        put(NAME, size);
        int threads = 8;
        CyclicBarrier start = new CyclicBarrier(threads);
        try (CachedStore store = new CachedStore(slow, folder, ByteCount.ofMebibytes(4))) {
            BlobStoreContract.atOnce(threads, worker -> {
                for (int chunk = 0; chunk < 8; chunk++) {
                    start.await();
                    check(store, NAME, size, chunk * CHUNK + worker, 1_000);
                }
            });
        }
        assertThat(slow.snapshot().calls(StoreOperation.GET_RANGE)).isEqualTo(8);
    }

    @Test
    void threadsReadWhatIsThereWhileChunksComeAndGoAndObjectsAreDeleted() throws Exception {
        int objects = 6;
        int size = 2 * CHUNK + 777;
        for (int i = 0; i < objects; i++) {
            memory.putIfAbsent(pack(i), ByteBuffer.wrap(content(i, size)));
        }
        try (CachedStore store = new CachedStore(slow, folder, new ByteCount(3L * CHUNK))) {
            BlobStoreContract.atOnce(6, worker -> {
                SplittableRandom random = new SplittableRandom(worker);
                for (int i = 0; i < 300; i++) {
                    int object = random.nextInt(objects);
                    int offset = random.nextInt(size);
                    int length = random.nextInt(1, size - offset + 1);
                    if (worker == 0 && i % 10 == 0) {
                        ObjectName passing = ObjectName.of("packs/passing");
                        int passingSize = random.nextInt(1, 2 * CHUNK);
                        byte[] put = content(i, passingSize);
                        store.putIfAbsent(passing, ByteBuffer.wrap(put));
                        assertThat(read(store, passing, 0, passingSize)).isEqualTo(put);
                        store.delete(passing);
                        assertThatExceptionOfType(ObjectMissing.class).isThrownBy(() -> read(store, passing, 0, 1));
                    }
                    assertThat(Arrays.equals(
                                    read(store, pack(object), offset, length),
                                    Arrays.copyOfRange(content(object, size), offset, offset + length)))
                            .isTrue();
                }
            });
        }
    }

    @Test
    void aChunkThatIsDamagedOnTheLocalDiskIsFetchedAgain() throws IOException {
        int size = 2 * CHUNK + 5;
        put(NAME, size);
        try (CachedStore store = new CachedStore(slow, folder, ByteCount.ofMebibytes(1))) {
            check(store, NAME, size, 0, size);
            long before = slow.snapshot().calls(StoreOperation.GET_RANGE);
            try (RandomAccessFile file = new RandomAccessFile(cacheFile().toFile(), "rw")) {
                file.seek(CHUNK + 1_234L);
                int was = file.read();
                file.seek(CHUNK + 1_234L);
                file.write(was ^ 1);
            }
            check(store, NAME, size, 0, size);
            check(store, NAME, size, 0, size);
            assertThat(slow.snapshot().calls(StoreOperation.GET_RANGE)).isEqualTo(before + 1);
        }
    }

    @Test
    void aFileThatIsCutOffEndsTheCacheAndNotTheReading() throws IOException {
        int size = 3 * CHUNK;
        put(NAME, size);
        try (CachedStore store = new CachedStore(slow, folder, ByteCount.ofMebibytes(1))) {
            check(store, NAME, size, 0, size);
            try (RandomAccessFile file = new RandomAccessFile(cacheFile().toFile(), "rw")) {
                file.setLength(0);
            }
            check(store, NAME, size, 0, size);
            assertThat(store.isCaching()).isFalse();
            check(store, NAME, size, 0, size);
        }
    }

    @Test
    void withoutAFolderOrRoomEverythingGoesThrough() {
        put(NAME, 1_000);
        for (CachedStore without : List.of(
                new CachedStore(slow, folder.resolve("none"), ByteCount.ofMebibytes(1)),
                new CachedStore(slow, folder, new ByteCount(CHUNK - 1)))) {
            assertThat(without.isCaching()).isFalse();
            check(without, NAME, 1_000, 0, 1_000);
            without.close();
        }
        assertThat(slow.snapshot().calls(StoreOperation.HEAD)).isZero();
    }

    @Test
    void aFullLocalDiskIsDoneWithout() throws Exception {
        Path root = Files.createDirectory(folder.resolve("mounted"));
        String said = run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", root.toString());
        Assumptions.assumeTrue(said.isEmpty(), () -> "no file system can be mounted here: " + said);
        int size = 10 * CHUNK;
        put(NAME, size);
        try (CachedStore store = new CachedStore(slow, root, ByteCount.ofMebibytes(4))) {
            assertThat(store.isCaching()).isTrue();
            check(store, NAME, size, 0, size);
            assertThat(store.isCaching()).isFalse();
            check(store, NAME, size, 0, size);
        } finally {
            run("umount", root.toString());
        }
    }

    @Test
    void aFailureOfTheStoreIsNotKept() {
        put(NAME, 1_000);
        FaultPlan plan = FaultPlan.script(Fault.NONE, Fault.UNAVAILABLE);
        SteppedTime time = new SteppedTime();
        BlobStore faulty = new FaultyStore(memory, plan, Duration.ZERO, time, new SplittableRandom(1));
        try (CachedStore store = new CachedStore(faulty, folder, ByteCount.ofMebibytes(1))) {
            ByteBuffer into = ByteBuffer.allocate(10).position(3);
            assertThatExceptionOfType(StoreException.class)
                    .isThrownBy(() -> store.getRange(NAME, 5, into))
                    .matches(e -> e.kind() == Kind.UNAVAILABLE);
            assertThat(into.position()).isEqualTo(3);
            check(store, NAME, 1_000, 0, 1_000);
        }
    }

    @Test
    void anInterruptedThreadLeavesTheCacheToOthers() {
        put(NAME, 2 * CHUNK);
        try (CachedStore store = new CachedStore(slow, folder, ByteCount.ofMebibytes(1))) {
            Thread.currentThread().interrupt();
            check(store, NAME, 2 * CHUNK, 0, 2 * CHUNK);
            check(store, NAME, 2 * CHUNK, 0, 2 * CHUNK);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(store.isCaching()).isTrue();
        }
        assertThat(slow.snapshot().calls(StoreOperation.GET_RANGE)).isEqualTo(1);
    }

    private void put(ObjectName name, int size) {
        memory.putIfAbsent(name, ByteBuffer.wrap(content(0, size)));
    }

    private static void check(BlobStore store, ObjectName name, int size, int offset, int length) {
        byte[] expected = Arrays.copyOfRange(content(0, size), offset, offset + length);
        // Arrays of this size are not compared element by element in words.
        assertThat(Arrays.equals(read(store, name, offset, length), expected)).isTrue();
    }

    private static byte[] read(BlobStore store, ObjectName name, int offset, int length) {
        ByteBuffer into = ByteBuffer.allocate(length);
        store.getRange(name, offset, into);
        assertThat(into.hasRemaining()).isFalse();
        return into.array();
    }

    private static ObjectName pack(int number) {
        return ObjectName.of("packs/%02d/%d".formatted(number, number));
    }

    private static byte[] content(long seed, int size) {
        byte[] content = new byte[size];
        new SplittableRandom(seed).nextBytes(content);
        return content;
    }

    private Path cacheFile() throws IOException {
        return cacheFiles().getFirst();
    }

    /** The cache's file has no name; the kernel still shows it below the process's open files. */
    private List<Path> cacheFiles() throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path one : open) {
                if (Files.isSymbolicLink(one)
                        && Files.readSymbolicLink(one).toString().startsWith(folder + "/chunks-")) {
                    found.add(one);
                }
            }
        }
        return found;
    }

    /** What the program said; nothing when all went well. */
    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? "" : said + " (" + process.exitValue() + ')';
    }
}
