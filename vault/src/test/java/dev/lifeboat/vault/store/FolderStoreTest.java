package dev.lifeboat.vault.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lifeboat.vault.store.StoreException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract, kept in a folder, and what only a folder has. */
class FolderStoreTest extends BlobStoreContract {

    private static final ObjectName PACK = ObjectName.of("packs/3f/3f9a");

    @TempDir
    private Path folder;

    private final SteppedTime time = new SteppedTime();

    private Path root() {
        return folder.resolve("store");
    }

    @Override
    protected BlobStore emptyStore() {
        return FolderStore.create(root(), time, new SplittableRandom(1));
    }

    private FolderStore reopened() {
        return FolderStore.open(root(), time, new SplittableRandom(1));
    }

    @Test
    void anotherProcessSeesTheSameObjects() {
        store.putIfAbsent(PACK, bytes("one"));

        assertThat(reopened().get(PACK)).asString().isEqualTo("one");
        assertThat(reopened().putIfAbsent(PACK, bytes("two"))).isEqualTo(PutResult.EXISTS);
        assertThat(FolderStore.create(root(), time, new SplittableRandom(1)).get(PACK))
                .asString()
                .isEqualTo("one");
    }

    @Test
    void onlyTheOwnerMayLookInside() throws IOException {
        store.putIfAbsent(PACK, bytes("one"));

        for (String path : new String[] {"", ".incoming", "packs", "packs/3f"}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root().resolve(path))))
                    .as(path)
                    .isEqualTo("rwx------");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root().resolve("packs/3f/3f9a"))))
                .isEqualTo("rw-------");
    }

    @Test
    void nothingIsLeftInIncoming() throws IOException {
        store.putIfAbsent(PACK, bytes("one"));
        store.putIfAbsent(PACK, bytes("two"));

        assertThat(incoming()).isEmpty();
    }

    @Test
    void writersWithTheSameRandomNumbersDoNotMeet() throws Exception {
        atOnce(8, worker -> {
            FolderStore own = FolderStore.open(root(), time, new SplittableRandom(1));
            for (int i = 0; i < 10; i++) {
                ObjectName name = ObjectName.of("w/%d-%d".formatted(worker, i));
                assertThat(own.putIfAbsent(name, bytes(name.text()))).isEqualTo(PutResult.CREATED);
            }
        });

        assertThat(listed("w/"))
                .hasSize(80)
                .allSatisfy(name -> assertThat(text(ObjectName.of(name))).isEqualTo(name));
    }

    @Test
    void whatIsNoObjectIsNotShown() throws IOException {
        store.putIfAbsent(PACK, bytes("one"));
        Files.writeString(root().resolve(".nfs0001"), "x");
        Files.writeString(root().resolve("not an object"), "x");
        Files.createDirectory(root().resolve("lost+found"));
        Files.writeString(root().resolve(".incoming/0123"), "x");

        assertThat(listed("")).containsExactly("packs/3f/3f9a");
    }

    @Test
    void linksAreNotFollowed() throws IOException {
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Files.writeString(outside.resolve("file"), "foreign");
        Files.createSymbolicLink(root().resolve("packs"), outside);
        Files.createSymbolicLink(root().resolve("link"), outside.resolve("file"));

        for (String name : new String[] {"packs/file", "link"}) {
            ObjectName linked = ObjectName.of(name);
            assertFails(Kind.OTHER, () -> store.get(linked));
            assertFails(Kind.OTHER, () -> store.getRange(linked, 0, ByteBuffer.allocate(1)));
            assertFails(Kind.OTHER, () -> store.head(linked));
            assertFails(Kind.OTHER, () -> store.delete(linked));
            assertFails(Kind.OTHER, () -> store.putIfAbsent(linked, bytes("x")));
        }
        assertFails(Kind.OTHER, () -> store.putIfAbsent(ObjectName.of("packs/new"), bytes("x")));
        assertThat(listed("")).isEmpty();
        assertThat(outside.resolve("file")).hasContent("foreign");
        assertThat(outside).isDirectoryNotContaining("glob:**/new");
    }

    @Test
    void theStoreItselfMayBeReachedByALink() throws IOException {
        store.putIfAbsent(PACK, bytes("one"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), root());

        assertThat(FolderStore.open(link, time, new SplittableRandom(1)).get(PACK))
                .asString()
                .isEqualTo("one");
    }

    @Test
    void whatKilledWritersLeftIsRemovedByALaterWriterWhenItIsOld() throws IOException {
        leftover("old", IncomingFiles.OLD.plusSeconds(1));
        leftover("young", IncomingFiles.OLD.minusSeconds(1));
        leftover("fromAClockThatIsAhead", Duration.ofDays(-2));

        assertThat(reopened().head(PACK)).isEmpty();
        assertThat(incoming()).as("who only reads changes nothing").hasSize(3);

        reopened().putIfAbsent(PACK, bytes("one"));
        assertThat(incoming()).containsExactlyInAnyOrder("young", "fromAClockThatIsAhead");
    }

    private void leftover(String name, Duration age) throws IOException {
        Path file = Files.writeString(root().resolve(".incoming").resolve(name), "half");
        Files.setLastModifiedTime(file, FileTime.from(time.instant().minus(age)));
    }

    @Test
    void aFolderThatIsGoneIsUnavailableAndIsNotMadeAnew() throws IOException {
        store.putIfAbsent(PACK, bytes("one"));
        Files.move(root(), folder.resolve("elsewhere"));

        assertGone();
        assertThat(root()).doesNotExist();
        assertFails(Kind.UNAVAILABLE, this::reopened);

        // What an unmounted file system leaves behind: the empty mount point.
        Files.createDirectory(root());
        assertGone();
        assertThat(root()).isEmptyDirectory();

        Files.delete(root());
        Files.move(folder.resolve("elsewhere"), root());
        assertThat(text(PACK)).isEqualTo("one");
        assertThat(store.putIfAbsent(ObjectName.of("packs/3f/2"), bytes("x"))).isEqualTo(PutResult.CREATED);
    }

    private void assertGone() {
        assertFails(Kind.UNAVAILABLE, () -> store.putIfAbsent(PACK, bytes("one")));
        assertFails(Kind.UNAVAILABLE, () -> store.putIfAbsent(ObjectName.of("packs/3f/2"), bytes("x")));
        assertFails(Kind.UNAVAILABLE, () -> store.get(PACK));
        assertFails(Kind.UNAVAILABLE, () -> store.getRange(PACK, 0, ByteBuffer.allocate(1)));
        assertFails(Kind.UNAVAILABLE, () -> store.head(PACK));
        assertFails(Kind.UNAVAILABLE, () -> store.delete(PACK));
        assertFails(Kind.UNAVAILABLE, () -> store.list("", stat -> {}));
        assertFails(Kind.UNAVAILABLE, () -> store.list("packs/", stat -> {}));
    }

    @Test
    void aCopyWithoutTheIncomingFolderCanBeReadAndIsMadeWritableByCreate() throws IOException {
        store.putIfAbsent(PACK, bytes("one"));
        Files.delete(root().resolve(".incoming"));
        FolderStore copy = reopened();

        assertThat(listed(copy, "")).containsExactly(PACK.text());
        assertThat(copy.get(PACK)).asString().isEqualTo("one");
        assertThat(copy.head(ObjectName.of("none"))).isEmpty();
        assertFails(Kind.UNAVAILABLE, () -> copy.putIfAbsent(ObjectName.of("new"), bytes("x")));

        FolderStore.create(root(), time, new SplittableRandom(1));
        assertThat(copy.putIfAbsent(ObjectName.of("new"), bytes("x"))).isEqualTo(PutResult.CREATED);
    }

    @Test
    void aFolderThatWasRemovedByHandIsMadeAgain() throws IOException {
        store.putIfAbsent(PACK, bytes("one"));
        Files.delete(root().resolve(PACK.text()));
        Files.delete(root().resolve("packs/3f"));
        Files.delete(root().resolve("packs"));

        assertThat(store.putIfAbsent(PACK, bytes("two"))).isEqualTo(PutResult.CREATED);
        assertThat(text(PACK)).isEqualTo("two");
    }

    @Test
    void aStoreIsNotMadeWhereTheFolderAboveIsMissing() {
        Path deep = folder.resolve("missing/store");

        assertFails(Kind.UNAVAILABLE, () -> FolderStore.create(deep, time, new SplittableRandom(1)));
        assertThat(folder.resolve("missing")).doesNotExist();
    }

    @Test
    void anObjectCannotLieBelowAnotherNorTakeTheNameOfAFolder() {
        store.putIfAbsent(ObjectName.of("a"), bytes("x"));
        store.putIfAbsent(ObjectName.of("b/c"), bytes("x"));

        assertFails(Kind.OTHER, () -> store.putIfAbsent(ObjectName.of("a/b"), bytes("x")));
        assertFails(Kind.OTHER, () -> store.putIfAbsent(ObjectName.of("b"), bytes("x")));
        assertThat(listed("")).containsExactly("a", "b/c");
    }

    @Test
    void aFileLargerThanAnyObjectIsNotRead() throws IOException {
        Path file = Files.writeString(root().resolve("huge"), "");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.position(1L << 40).write(bytes("x"));
        }

        assertFails(Kind.TOO_LARGE, () -> store.get(ObjectName.of("huge")));
    }

    @Test
    void anInterruptedThreadIsToldAndOthersDoNotNotice() throws IOException {
        store.putIfAbsent(PACK, bytes("one"));
        Thread.currentThread().interrupt();
        try {
            assertFails(Kind.INTERRUPTED, () -> store.putIfAbsent(ObjectName.of("new"), bytes("x")));
            assertFails(Kind.INTERRUPTED, () -> store.get(PACK));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }

        assertThat(incoming()).isEmpty();
        assertThat(listed("")).containsExactly(PACK.text());
        assertThat(text(PACK)).isEqualTo("one");
    }

    private List<String> incoming() throws IOException {
        try (Stream<Path> files = Files.list(root().resolve(".incoming"))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    static void assertFails(Kind kind, ThrowingCallable call) {
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(call)
                .withMessageContaining("file:///")
                .extracting(StoreException::kind)
                .isEqualTo(kind);
    }
}
