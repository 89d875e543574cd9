package dev.lifeboat.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SparseFileTest {

    private static final int MIB = 1 << 20;

    /** The file system of the build, and one in memory. */
    static Stream<Path> fileSystems() {
        return Stream.of(Path.of("").toAbsolutePath(), Path.of("/dev/shm")).filter(Files::isWritable);
    }

    @FunctionalInterface
    private interface Check {
        void on(SparseFile file) throws IOException;
    }

    /** Makes a file with content at some offsets, a mebibyte each. */
    private static void with(Path folder, long size, long[] content, Check check) throws IOException {
        Path file = Files.createTempFile(folder, "sparse", null);
        try {
            try (RandomAccessFile written = new RandomAccessFile(file.toFile(), "rw")) {
                written.setLength(size);
                for (long offset : content) {
                    written.seek(offset);
                    written.write(new byte[(int) Math.min(MIB, size - offset)]);
                }
            }
            try (SparseFile opened = SparseFile.open(file)) {
                assertThat(opened.size()).isEqualTo(size);
                check.on(opened);
            }
        } finally {
            Files.delete(file);
        }
    }

    @ParameterizedTest
    @MethodSource("fileSystems")
    void holesAreToldFromData(Path folder) throws IOException {
        with(folder, 8 * MIB, new long[] {2 * MIB, 5 * MIB}, file -> {
            assumeTrue(file.isHole(0, MIB), folder + " does not know holes");
            assertThat(file.isHole(0, 2 * MIB)).isTrue();
            assertThat(file.isHole(0, 2 * MIB + 1)).isFalse();
            assertThat(file.isHole(2 * MIB, 1)).isFalse();
            assertThat(file.isHole(3 * MIB - 1, 1)).isFalse();
            assertThat(file.isHole(3 * MIB, 2 * MIB)).isTrue();
            assertThat(file.isHole(3 * MIB, 3 * MIB)).isFalse();
            assertThat(file.isHole(0, 8 * MIB)).isFalse();
        });
    }

    @ParameterizedTest
    @MethodSource("fileSystems")
    void aHoleMayEndTheFile(Path folder) throws IOException {
        with(folder, 4 * MIB + 17, new long[] {0}, file -> {
            assumeTrue(file.isHole(2 * MIB, MIB), folder + " does not know holes");
            assertThat(file.isHole(MIB, 3 * MIB + 17)).isTrue();
            assertThat(file.isHole(4 * MIB, 17)).isTrue();
            assertThat(file.isHole(4 * MIB + 16, 1)).isTrue();
            assertThat(file.isHole(MIB - 1, 2)).isFalse();
        });
    }

    @ParameterizedTest
    @MethodSource("fileSystems")
    void aFileMayBeAllHole(Path folder) throws IOException {
        with(folder, 4 * MIB, new long[] {}, file -> {
            assertThat(file.isHole(0, 4 * MIB)).isTrue();
            assertThat(file.isHole(4 * MIB - 1, 1)).isTrue();
        });
    }

    @ParameterizedTest
    @MethodSource("fileSystems")
    void aFileMayHaveNoHole(Path folder) throws IOException {
        with(folder, 2 * MIB, new long[] {0, MIB}, file -> {
            assertThat(file.isHole(0, MIB)).isFalse();
            assertThat(file.isHole(MIB, MIB)).isFalse();
            assertThat(file.isHole(2 * MIB - 1, 1)).isFalse();
        });
    }

    @ParameterizedTest
    @MethodSource("fileSystems")
    void atItsEndAFileHasNoHole(Path folder) throws IOException {
        with(folder, 2 * MIB, new long[] {0}, file -> {
            assertThat(file.isHole(2 * MIB, 1)).isFalse();
            assertThat(file.isHole(3 * MIB, 1)).isFalse();
        });
        with(folder, 0, new long[] {}, file -> assertThat(file.isHole(0, 1)).isFalse());
    }

    @Test
    void aFileThatCannotBeAskedHasNoHole() throws IOException {
        Path file = Path.of("/proc/version");
        assumeTrue(Files.isReadable(file), "there is no /proc");
        try (SparseFile opened = SparseFile.open(file)) {
            assertThat(opened.isHole(0, 1)).isFalse();
        }
    }

    @Test
    void aFileThatIsNotThereCannotBeOpened() {
        assertThatThrownBy(() -> SparseFile.open(Path.of("/nonexistent/file"))).isInstanceOf(IOException.class);
    }
}
