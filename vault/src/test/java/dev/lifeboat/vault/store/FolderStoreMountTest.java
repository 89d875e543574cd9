package dev.lifeboat.vault.store;

import static dev.lifeboat.vault.store.FolderStoreTest.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.vault.store.StoreException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small file systems that fill up, turn read-only or go away. Mounting needs root. */
class FolderStoreMountTest {

    private static final ObjectName FIRST = ObjectName.of("packs/00/first");
    private static final int OBJECT_BYTES = 100_000;

    @TempDir
    private Path folder;

    private Path root = Path.of("");

    @BeforeEach
    void chooseMountPoint() throws IOException {
        root = Files.createDirectory(folder.resolve("mounted"));
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", root.toString());
    }

    @Test
    void aFullFileSystemIsToldAndNothingHalfWrittenStays() throws Exception {
        FolderStore store = storeOn("size=1m");
        List<String> stored = new ArrayList<>();
        StoreException failure = fill(store, stored, OBJECT_BYTES);

        assertThat(failure.kind()).isEqualTo(Kind.FULL);
        assertThat(failure).hasMessageContaining("packs/").hasMessageContaining("file:///");
        assertThat(failure.toLifeboat().code()).isEqualTo(ErrorCode.VAULT_STORE_FULL);
        assertThat(stored).hasSizeBetween(8, 10);
        assertThat(BlobStoreContract.listed(store, "")).isEqualTo(stored);
        for (String name : stored) {
            assertThat(store.get(ObjectName.of(name))).hasSize(OBJECT_BYTES);
        }
        assertThat(incoming()).isEmpty();

        store.delete(ObjectName.of(stored.getFirst()));
        assertThat(store.putIfAbsent(ObjectName.of("packs/again"), ByteBuffer.allocate(OBJECT_BYTES)))
                .isEqualTo(PutResult.CREATED);
    }

    @Test
    void aFileSystemWithoutRoomForMoreNamesIsFull() throws Exception {
        FolderStore store = storeOn("size=1m,nr_inodes=8");
        List<String> stored = new ArrayList<>();

        assertThat(fill(store, stored, 1).kind()).isEqualTo(Kind.FULL);
        assertThat(BlobStoreContract.listed(store, "")).isEqualTo(stored);
        assertThat(incoming()).isEmpty();
    }

    @Test
    void aReadOnlyFileSystemCanBeReadAndRefusesChanges() throws Exception {
        FolderStore store = storeOn("size=1m");
        store.putIfAbsent(FIRST, ByteBuffer.allocate(10));
        run("mount", "-o", "remount,ro", root.toString());

        assertFails(Kind.READ_ONLY, () -> store.putIfAbsent(ObjectName.of("packs/00/second"), ByteBuffer.allocate(1)));
        assertFails(Kind.READ_ONLY, () -> store.delete(FIRST));
        assertThat(store.putIfAbsent(FIRST, ByteBuffer.allocate(1))).isEqualTo(PutResult.EXISTS);
        assertThat(store.get(FIRST)).hasSize(10);
        assertThat(FolderStore.open(root, new SteppedTime(), new SplittableRandom(2))
                        .head(FIRST))
                .isPresent();
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> store.delete(FIRST))
                .matches(e -> e.toLifeboat().code() == ErrorCode.VAULT_STORE_READ_ONLY);
    }

    @Test
    void anUnmountedFileSystemIsUnavailableAndTheMountPointStaysEmpty() throws Exception {
        FolderStore store = storeOn("size=1m");
        store.putIfAbsent(FIRST, ByteBuffer.allocate(10));
        run("umount", root.toString());

        assertFails(
                Kind.UNAVAILABLE, () -> store.putIfAbsent(ObjectName.of("packs/00/second"), ByteBuffer.allocate(1)));
        assertFails(Kind.UNAVAILABLE, () -> store.get(FIRST));
        assertFails(Kind.UNAVAILABLE, () -> store.head(FIRST));
        assertFails(Kind.UNAVAILABLE, () -> store.list("", stat -> {}));
        assertThat(root).isEmptyDirectory();
    }

    private FolderStore storeOn(String options) throws Exception {
        String said = run("mount", "-t", "tmpfs", "-o", options, "tmpfs", root.toString());
        Assumptions.assumeTrue(said.isEmpty(), () -> "no file system can be mounted here: " + said);
        return FolderStore.create(root, new SteppedTime(), new SplittableRandom(1));
    }

    private static StoreException fill(FolderStore store, List<String> stored, int bytes) {
        for (int i = 0; i < 1_000; i++) {
            ObjectName name = ObjectName.of("packs/%03d".formatted(i));
            try {
                store.putIfAbsent(name, ByteBuffer.allocate(bytes));
                stored.add(name.text());
            } catch (StoreException e) {
                return e;
            }
        }
        throw new AssertionError("it never became full");
    }

    private List<Path> incoming() throws IOException {
        try (Stream<Path> files = Files.list(root.resolve(".incoming"))) {
            return files.toList();
        }
    }

    /** What the program said; nothing when all went well. */
    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? "" : said + " (" + process.exitValue() + ')';
    }
}
