package dev.lifeboat.vault.capture;

import static dev.lifeboat.vault.capture.IndexedBlocks.address;
import static dev.lifeboat.vault.capture.IndexedBlocks.fingerprint;
import static dev.lifeboat.vault.capture.IndexedBlocks.pack;
import static dev.lifeboat.vault.capture.IndexedBlocks.scope;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.model.ByteCount;
import dev.lifeboat.vault.key.VaultId;
import dev.lifeboat.vault.pack.Digest128;
import dev.lifeboat.vault.pack.FinishedPack;
import dev.lifeboat.vault.pack.SlotAddress;
import dev.lifeboat.vault.pack.SlotKind;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the index remembers is true, whatever happens to its file. */
class BlockIndexTest {

    private static final int PAGES = 15;
    private static final ByteCount MOST = new ByteCount((PAGES + 1L) * BlockPage.BYTES);

    /** Far fewer than there is room for, so that no page is full. */
    private static final int BLOCKS = PAGES * BlockPage.ENTRIES / 3;

    @TempDir
    private Path folder;

    private final List<String> troubles = new ArrayList<>();
    private final List<Process> processes = new ArrayList<>();
    private Path file = Path.of("");

    @BeforeEach
    void chooseFile() {
        file = folder.resolve("blocks");
    }

    @AfterEach
    void stopProcesses() throws InterruptedException {
        for (Process process : processes) {
            process.toHandle().destroyForcibly();
            process.waitFor();
        }
    }

    @Test
    void blocksOfDurablePacksAreFoundInLaterSessions() throws IOException {
        try (BlockIndex index = open(scope(1))) {
            index.durable(pack(0, BLOCKS));
            assertThat(found(index)).isEqualTo(BLOCKS);
            assertThat(index.find(fingerprint(BLOCKS))).isEmpty();
        }
        try (BlockIndex index = open(scope(1))) {
            assertThat(found(index)).isEqualTo(BLOCKS);
            assertThat(index.find(fingerprint(-1))).as("a node").isEmpty();
        }
        assertThat(troubles).isEmpty();
        assertThat(file).hasSize(MOST.bytes());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void sealedBlocksAreFoundInTheirSessionAndForgottenWithIt() {
        try (BlockIndex index = open(scope(1))) {
            index.sealed(fingerprint(7), address(7));
            assertThat(index.find(fingerprint(7))).contains(address(7));
        }
        try (BlockIndex index = open(scope(1))) {
            assertThat(index.find(fingerprint(7))).isEmpty();
        }
    }

    @Test
    void fingerprintsOfZerosAndOnesAreFingerprintsLikeOthers() {
        List<Digest128> odd = List.of(
                new Digest128(0, 0), new Digest128(0, 1), new Digest128(-1, -1), new Digest128(Long.MIN_VALUE, 0));
        try (BlockIndex index = open(scope(1))) {
            odd.forEach(one -> assertThat(index.find(one)).isEmpty());
            for (int i = 0; i < odd.size(); i++) {
                index.durable(packOf(odd.get(i), address(i)));
            }
            for (int i = 0; i < odd.size(); i++) {
                assertThat(index.find(odd.get(i))).contains(address(i));
            }
            assertThat(index.find(new Digest128(1, 0))).isEmpty();
        }
    }

    @Test
    void theLargestAddressesAreKeptWhole() {
        SlotAddress largest = new SlotAddress(
                address(1).pack(), SlotAddress.MAX_SLOTS - 1, Integer.MAX_VALUE, SlotAddress.MAX_LENGTH);
        try (BlockIndex index = open(scope(1))) {
            index.durable(packOf(fingerprint(1), largest));
            assertThat(index.find(fingerprint(1))).contains(largest);
        }
    }

    @Test
    void aBlockThatIsStoredAgainIsFoundAtItsNewPlaceAndTakesNoMoreRoom() {
        try (BlockIndex index = open(scope(1))) {
            index.durable(pack(0, BLOCKS));
            for (int round = 1; round <= BlockPage.ENTRIES; round++) {
                index.durable(packOf(fingerprint(0), address(10_000 + round)));
            }
            assertThat(index.find(fingerprint(0))).contains(address(10_000 + BlockPage.ENTRIES));
            index.durable(packOf(fingerprint(0), address(0)));
            assertThat(found(index)).isEqualTo(BLOCKS);
        }
    }

    @Test
    void theOldestOfAFullPageMakeRoom() {
        ByteCount onePage = new ByteCount(2L * BlockPage.BYTES);
        int more = 40;
        try (BlockIndex index = BlockIndex.open(file, onePage, scope(1), troubles::add)) {
            index.durable(pack(0, BlockPage.ENTRIES + more));
            for (long block = 0; block < BlockPage.ENTRIES + more; block++) {
                assertThat(index.find(fingerprint(block)).isPresent())
                        .as("block %d", block)
                        .isEqualTo(block >= more);
            }
        }
        assertThat(file).hasSize(onePage.bytes());
    }

    static Stream<BlockIndexScope> otherScopes() {
        BlockIndexScope own = scope(1);
        byte[] otherKey = "another key".getBytes(StandardCharsets.US_ASCII);
        return Stream.of(
                scope(2),
                scope(0),
                BlockIndexScope.of(own.vault(), "agent-2", IndexedBlocks.KEY, 1),
                BlockIndexScope.of(new VaultId(own.vault().high(), 1), own.writer(), IndexedBlocks.KEY, 1),
                BlockIndexScope.of(own.vault(), own.writer(), otherKey, 1));
    }

    @ParameterizedTest
    @MethodSource("otherScopes")
    void anIndexOfAnotherVaultWriterKeyOrGenerationIsBegunAnew(BlockIndexScope other) {
        fill();
        try (BlockIndex index = open(other)) {
            assertThat(found(index)).isZero();
            index.durable(pack(0, 1));
            assertThat(found(index)).isEqualTo(1);
        }
        try (BlockIndex index = open(scope(1))) {
            assertThat(found(index)).isZero();
        }
    }

    @Test
    void anIndexOfAnotherSizeIsBegunAnew() {
        fill();
        ByteCount more = new ByteCount(MOST.bytes() + BlockPage.BYTES);
        try (BlockIndex index = BlockIndex.open(file, more, scope(1), troubles::add)) {
            assertThat(found(index)).isZero();
        }
        assertThat(file).hasSize(more.bytes());
    }

    @Test
    void whatWasDroppedIsNeverFoundAgain() {
        try (BlockIndex index = open(scope(1))) {
            index.durable(pack(0, BLOCKS));
            index.sealed(fingerprint(5_000), address(5_000));
            index.drop(2);
            assertThat(found(index)).isZero();
            assertThat(index.find(fingerprint(5_000))).isEmpty();
            index.durable(pack(0, 3));
        }
        try (BlockIndex index = open(scope(2))) {
            assertThat(found(index)).isEqualTo(3);
        }
    }

    @Test
    void pagesOfTheTimeBeforeADropAreEmptyAlsoWhenTheyComeBack() throws IOException {
        fill();
        byte[] before = Files.readAllBytes(file);
        try (BlockIndex index = open(scope(1))) {
            index.drop(2);
        }
        byte[] after = Files.readAllBytes(file);
        System.arraycopy(before, BlockPage.BYTES, after, BlockPage.BYTES, PAGES * BlockPage.BYTES);
        Files.write(file, after);

        try (BlockIndex index = open(scope(2))) {
            assertThat(found(index)).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void whateverHappensToTheFileAHitIsWhatWasPut(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        long hits = 0;
        for (int round = 0; round < 40; round++) {
            fill();
            byte[] bytes = Files.readAllBytes(file);
            int damages = random.nextInt(1, 4);
            for (int i = 0; i < damages; i++) {
                bytes = damaged(bytes, random);
            }
            Files.write(file, bytes);
            try (BlockIndex index = open(scope(1))) {
                hits += found(index);
                // And it is of use again.
                index.durable(pack(0, BLOCKS));
                assertThat(found(index)).isEqualTo(BLOCKS);
            }
        }
        System.out.printf("seed %d: %d of %d blocks were found in damaged files%n", seed, hits, 40 * BLOCKS);
        assertThat(troubles).isEmpty();
    }

    private static byte[] damaged(byte[] whole, SplittableRandom random) {
        int length = random.nextInt(1, BlockPage.BYTES);
        if (whole.length <= 2 * length) {
            return new byte[length];
        }
        byte[] bytes = whole.clone();
        int at = random.nextInt(bytes.length - length);
        switch (random.nextInt(8)) {
            case 0 -> bytes = ByteBuffer.allocate(at).put(whole, 0, at).array();
            case 1 ->
                bytes = ByteBuffer.allocate(whole.length + length).put(whole).array();
            case 2 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 3 -> System.arraycopy(new byte[length], 0, bytes, at, length);
            case 4 -> System.arraycopy(whole, random.nextInt(whole.length - length), bytes, at, length);
            case 5 -> {
                // One page in the place of another.
                int page = at / BlockPage.BYTES * BlockPage.BYTES;
                int other = random.nextInt(whole.length / BlockPage.BYTES) * BlockPage.BYTES;
                System.arraycopy(
                        whole, other, bytes, page, Math.min(BlockPage.BYTES, whole.length - Math.max(page, other)));
            }
            case 6 -> {
                byte[] noise = new byte[length];
                random.nextBytes(noise);
                System.arraycopy(noise, 0, bytes, at, length);
            }
            default -> bytes[random.nextInt(BlockTable.HEADER_BYTES)] ^= (byte) (1 << random.nextInt(8));
        }
        return bytes;
    }

    @Test
    void aFileThatIsCutOffWhileItIsOpenHasEmptyPages() throws IOException {
        try (BlockIndex index = open(scope(1))) {
            index.durable(pack(0, BLOCKS));
            Files.write(file, new byte[0]);
            long left = found(index);
            assertThat(left).isLessThan(BlockPage.ENTRIES);
            index.durable(pack(0, BLOCKS));
            assertThat(found(index)).isEqualTo(BLOCKS);
        }
    }

    @Test
    void whatAKilledProcessLeavesIsTrue() throws Exception {
        ByteCount most = ByteCount.ofMebibytes(64);
        SplittableRandom random = new SplittableRandom(11);
        for (int round = 0; round < 2; round++) {
            Process process = start(most);
            BufferedReader lines = process.inputReader(StandardCharsets.US_ASCII);
            assertThat(lines.readLine()).isEqualTo("true");
            int enough = random.nextInt(1, 120);
            for (int i = 0; i < enough; i++) {
                assertThat(lines.readLine()).isEqualTo(Integer.toString(i));
            }
            process.toHandle().destroyForcibly();
            process.waitFor();
            long answered = (long) enough * BlockIndexProcess.PACK_BLOCKS;
            try (BlockIndex index = BlockIndex.open(file, most, scope(1), troubles::add)) {
                // Only the power's end loses pages that were answered for.
                assertThat(found(index, answered)).isEqualTo(answered);
                found(index, 5 * answered);
            }
        }
        assertThat(troubles).isEmpty();
    }

    @Test
    void aSecondProcessIsLockedOutAndGoesOnInMemory() throws Exception {
        Process first = start(MOST);
        assertThat(first.inputReader(StandardCharsets.US_ASCII).readLine()).isEqualTo("true");

        try (BlockIndex index = open(scope(1))) {
            assertThat(index.isKept()).isFalse();
            assertThat(troubles).singleElement().asString().contains(file.toString(), "in use");
            index.sealed(fingerprint(0), address(0));
            index.durable(pack(0, 1));
            index.drop(2);
            index.sealed(fingerprint(1), address(1));
            assertThat(index.find(fingerprint(1))).contains(address(1));
            assertThat(index.find(fingerprint(0))).isEmpty();
        }
        first.toHandle().destroyForcibly();
        first.waitFor();
        try (BlockIndex index = open(scope(1))) {
            assertThat(index.isKept()).isTrue();
        }
    }

    @Test
    void aSecondSessionOfTheSameProcessIsLockedOutAndLeavesTheLock() throws Exception {
        try (BlockIndex first = open(scope(1))) {
            try (BlockIndex second = open(scope(1))) {
                assertThat(second.isKept()).isFalse();
            }
            assertThat(first.isKept()).isTrue();
            Process process = start(MOST);
            assertThat(process.inputReader(StandardCharsets.US_ASCII).readLine())
                    .isEqualTo("false");
        }
        try (BlockIndex third = open(scope(1))) {
            assertThat(third.isKept()).isTrue();
        }
    }

    @Test
    void aPlaceThatCannotBeAFileIsToldOnceAndDoneWithout() {
        for (Path wrong : List.of(folder, folder.resolve("none/blocks"))) {
            troubles.clear();
            try (BlockIndex index = BlockIndex.open(wrong, MOST, scope(1), troubles::add)) {
                index.sealed(fingerprint(1), address(1));
                index.durable(pack(0, 2));
                index.ended();
                assertThat(index.find(fingerprint(1))).contains(address(1));
                assertThat(index.find(fingerprint(5))).isEmpty();
            }
            assertThat(troubles).hasSize(1);
        }
    }

    @Test
    void anInterruptedThreadCanUseItAndOthersAfterIt() {
        try (BlockIndex index = open(scope(1))) {
            Thread.currentThread().interrupt();
            index.durable(pack(0, BLOCKS));
            assertThat(found(index)).isEqualTo(BLOCKS);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(index.isKept()).isTrue();
        }
        assertThat(troubles).isEmpty();
    }

    @Test
    void threadsFindWhatOthersPut() throws Exception {
        int threads = 4;
        int packs = 40;
        ByteCount most = ByteCount.ofMebibytes(8);
        try (BlockIndex index = BlockIndex.open(file, most, scope(1), troubles::add);
                ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> ends = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                int number = thread;
                ends.add(executor.submit(() -> {
                    for (int i = 0; i < packs; i++) {
                        long from = 100L * (i * threads + number);
                        index.durable(pack(from, from + 100));
                        assertThat(found(index, 2_000)).isGreaterThan(0);
                    }
                }));
            }
            for (Future<?> end : ends) {
                end.get();
            }
            assertThat(found(index, 100L * threads * packs)).isEqualTo(100L * threads * packs);
        }
    }

    private BlockIndex open(BlockIndexScope scope) {
        return BlockIndex.open(file, MOST, scope, troubles::add);
    }

    private void fill() {
        try (BlockIndex index = open(scope(1))) {
            index.durable(pack(0, BLOCKS));
            assertThat(found(index)).isEqualTo(BLOCKS);
        }
    }

    private static long found(BlockIndex index) {
        return found(index, BLOCKS);
    }

    /** How many of the first blocks are found; each of them where it was put. */
    private static long found(BlockIndex index, long blocks) {
        long found = 0;
        for (long block = 0; block < blocks; block++) {
            Optional<SlotAddress> hit = index.find(fingerprint(block));
            if (hit.isPresent()) {
                if (!hit.get().equals(address(block))) {
                    throw new AssertionError("block %d is at %s, not %s".formatted(block, address(block), hit.get()));
                }
                found++;
            }
        }
        return found;
    }

    private static FinishedPack packOf(Digest128 fingerprint, SlotAddress address) {
        return new FinishedPack(
                address.pack(),
                ByteBuffer.allocate(0),
                List.of(new FinishedPack.Slot(address, SlotKind.BLOCK, fingerprint)));
    }

    private Process start(ByteCount most) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        BlockIndexProcess.class.getName(),
                        file.toString(),
                        Long.toString(most.bytes()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        processes.add(process);
        return process;
    }
}
