package dev.lifeboat.vault.key;

import static dev.lifeboat.vault.key.Samples.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.model.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PassphraseTest {

    @ParameterizedTest
    @ValueSource(strings = {"open sesame", "open sesame\n", "open sesame\r\n"})
    void oneLineBreakAtTheEndIsNotPartOfIt(String content) {
        assertThat(Passphrase.of(utf8(content), "file").live()).isEqualTo(utf8("open sesame"));
    }

    @Test
    void everythingElseIs() {
        assertThat(Passphrase.of(utf8(" a\nb \n\n"), "file").live()).isEqualTo(utf8(" a\nb \n"));
        assertThat(Passphrase.of(utf8("a\r"), "file").live()).isEqualTo(utf8("a\r"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n"})
    void nothingIsNoPassphrase(String content) {
        assertThat(Samples.codeOf(() -> Passphrase.of(utf8(content), "file"))).contains(ErrorCode.CLI_FILE_UNREADABLE);
    }

    @Test
    void isReadFromAFileOfBoundedSize(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("pass"), "grüße\n");
        Path large = Files.write(folder.resolve("large"), new byte[Passphrase.MAX_BYTES + 1]);

        assertThat(Passphrase.read(file).live()).isEqualTo(utf8("grüße"));
        assertThat(Samples.codeOf(() -> Passphrase.read(large))).contains(ErrorCode.CLI_FILE_UNREADABLE);
        assertThat(Samples.codeOf(() -> Passphrase.read(folder.resolve("none"))))
                .contains(ErrorCode.CLI_FILE_UNREADABLE);
    }
}
