package dev.lifeboat.recovery.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The traces that a host keeps, whatever becomes of their files. */
class KeptTracesTest {

    private static final BootTrace TRACE =
            new BootTrace(List.of(new BootTrace.Run("vda", 7, 3), new BootTrace.Run("vdb", 0, 1)));
    private static final BootTrace LATER = new BootTrace(List.of(new BootTrace.Run("vda", 9, 1)));

    @TempDir
    private Path temporary;

    private Path folder = Path.of("");
    private Path file = Path.of("");
    private KeptTraces traces = new KeptTraces(folder);

    @BeforeEach
    void aFolderThatIsNotThere() {
        folder = temporary.resolve("traces");
        file = folder.resolve("shop").resolve("web");
        traces = new KeptTraces(folder);
    }

    @Test
    void nothingIsKnownAtFirst() {
        assertThat(traces.of("shop", "web")).isEqualTo(new KeptTraces.Known(BootTrace.NONE, none()));
        assertThat(folder).doesNotExist();
    }

    private static Optional<String> none() {
        return Optional.empty();
    }

    @Test
    void theLastOneOfEachMachineIsKept() throws Exception {
        traces.keep("shop", "web", TRACE);
        traces.keep("shop", "db", LATER);
        traces.keep("desk", "web", LATER);

        assertThat(traces.of("shop", "web")).isEqualTo(new KeptTraces.Known(TRACE, none()));
        traces.keep("shop", "web", LATER);
        assertThat(new KeptTraces(folder).of("shop", "web").trace()).isEqualTo(LATER);
        assertThat(traces.of("shop", "db").trace()).isEqualTo(LATER);
        assertThat(traces.of("desk", "db").trace()).isEqualTo(BootTrace.NONE);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwx------");
        try (Stream<Path> all = Files.list(file.getParent())) {
            assertThat(all.map(one -> one.getFileName().toString())).containsExactlyInAnyOrder("web", "db");
        }
    }

    @Test
    void whatMakesNoSenseIsNoTraceAndIsSaid() throws Exception {
        traces.keep("shop", "web", TRACE);
        byte[] whole = Files.readAllBytes(file);
        for (int i = 0; i < whole.length; i++) {
            byte[] damaged = whole.clone();
            damaged[i] ^= 0x10;
            assertDamaged(damaged);
            assertDamaged(Arrays.copyOf(whole, i));
        }
        assertDamaged("what somebody has put here by hand".getBytes(StandardCharsets.UTF_8));
        assertDamaged(Arrays.copyOf(whole, 4 << 20));

        Files.delete(file);
        Files.createDirectory(file);
        assertThat(traces.of("shop", "web").damage()).isPresent();

        Files.delete(file);
        Path elsewhere = temporary.resolve("elsewhere");
        Files.write(elsewhere, whole);
        Files.createSymbolicLink(file, elsewhere);
        assertThat(traces.of("shop", "web").damage()).isPresent();
    }

    private void assertDamaged(byte[] bytes) throws IOException {
        Files.write(file, bytes);
        KeptTraces.Known known = traces.of("shop", "web");
        assertThat(known.trace()).isEqualTo(BootTrace.NONE);
        assertThat(known.damage().orElseThrow()).startsWith(file + " cannot be used: ");
    }

    @Test
    void aDamagedOneIsReplaced() throws Exception {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "nonsense");
        traces.keep("shop", "web", TRACE);
        assertThat(traces.of("shop", "web").trace()).isEqualTo(TRACE);
    }

    /** Who is killed while it writes leaves what it has written by then, at most all of it, without the name. */
    @Test
    void whoIsKilledWhileWritingLeavesTheOneBefore() throws Exception {
        traces.keep("shop", "web", TRACE);
        byte[] later = LATER.encode();
        for (int written = 0; written <= later.length; written++) {
            Files.write(file.resolveSibling(".web.new"), Arrays.copyOf(later, written));
            assertThat(new KeptTraces(folder).of("shop", "web")).isEqualTo(new KeptTraces.Known(TRACE, none()));
        }
        traces.keep("shop", "web", LATER);
        assertThat(traces.of("shop", "web").trace()).isEqualTo(LATER);
        assertThat(file.resolveSibling(".web.new")).doesNotExist();
    }

    @Test
    void whatCannotBeKeptIsRefusedAndTheOneBeforeStays() throws Exception {
        traces.keep("shop", "web", TRACE);
        // A folder with something in it takes the name of the next one, so that this fails for root too.
        Files.createDirectories(file.resolveSibling(".web.new").resolve("something"));
        assertThatExceptionOfType(LifeboatException.class)
                .isThrownBy(() -> traces.keep("shop", "web", LATER))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.RECOVERY_FOLDER_UNUSABLE));
        assertThat(traces.of("shop", "web").trace()).isEqualTo(TRACE);
    }

    @Test
    void theOldestGoFirst() throws Exception {
        traces.keep("shop", "web", TRACE);
        Files.setLastModifiedTime(file, FileTime.fromMillis(1));
        for (int i = 1; i < KeptTraces.MOST_KEPT; i++) {
            Files.createFile(file.resolveSibling("m" + i));
        }
        traces.keep("desk", "db", LATER);
        assertThat(file).doesNotExist();
        assertThat(traces.of("desk", "db").trace()).isEqualTo(LATER);
        try (Stream<Path> all = Files.list(file.getParent())) {
            assertThat(all.count()).isEqualTo(KeptTraces.MOST_KEPT - 1);
        }
    }

    @Test
    void namesThatLeadElsewhereAreRefused() {
        for (String name : List.of("..", "../shop", "", ".web.new", "a/b")) {
            assertThatExceptionOfType(LifeboatException.class).isThrownBy(() -> traces.of("shop", name));
            assertThatExceptionOfType(LifeboatException.class).isThrownBy(() -> traces.keep(name, "web", TRACE));
        }
    }

    /** A single run of 2³¹ blocks would be taken apart into as many pieces. */
    @Test
    void aTraceOfMoreBlocksThanAnyBootReadsIsNone() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new BootTrace(List.of(new BootTrace.Run("vda", 0, Integer.MAX_VALUE))));
    }
}
