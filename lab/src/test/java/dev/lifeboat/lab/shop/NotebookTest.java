package dev.lifeboat.lab.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotebookTest {

    private static final Instant NOON = Instant.parse("2026-05-04T12:00:00Z");
    private static final Confirmation FIRST = new Confirmation(new Order(1, "00c0ffee", "rope-12mm", 2), NOON);
    private static final Confirmation SECOND =
            new Confirmation(new Order(2, "a-token-Z", "life-vest", 1000), NOON.plusMillis(123));

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("notebook");
    }

    @Test
    void whatIsRememberedIsReadAgain() throws IOException {
        remember(FIRST, SECOND);

        assertThat(Notebook.read(file)).containsExactly(FIRST, SECOND);
    }

    @Test
    void itIsWrittenAsTheFormatSays() throws IOException {
        remember(FIRST, SECOND);

        try (InputStream sample = Objects.requireNonNull(NotebookTest.class.getResourceAsStream("notebook-1.sample"))) {
            assertThat(file).hasBinaryContent(sample.readAllBytes());
        }
    }

    @Test
    void aNotebookIsContinued() throws IOException {
        remember(FIRST);
        remember(SECOND);

        assertThat(Notebook.read(file)).containsExactly(FIRST, SECOND);
    }

    @Test
    void cutAtAnyByteItKeepsItsWholeLinesAndCanBeContinued() throws IOException {
        remember(FIRST, SECOND);
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length <= whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            List<Confirmation> kept = kept(whole, length);

            assertThat(Notebook.read(file)).as("cut at byte %d", length).isEqualTo(kept);
            remember(SECOND);
            kept.add(SECOND);
            assertThat(Notebook.read(file))
                    .as("cut at byte %d and continued", length)
                    .isEqualTo(kept);
        }
    }

    @Test
    void whatACrashLeftOfALineIsCutOffHoweverLongItIs() throws IOException {
        remember(FIRST, SECOND);
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, new byte[5000], StandardOpenOption.APPEND);

        remember();

        assertThat(file).hasBinaryContent(whole);
    }

    @Test
    void anyOtherDamageMakesItUnreadable() throws IOException {
        remember(FIRST, SECOND);
        byte[] whole = Files.readAllBytes(file);
        for (int position = 0; position < whole.length - 1; position++) {
            byte[] damaged = whole.clone();
            damaged[position] ^= 0x40;
            Files.write(file, damaged);
            assertUnreadable();
        }
    }

    @Test
    void aFileThatIsNoNotebookIsRefusedAndLeftAlone() throws IOException {
        for (String content : List.of("lifeboat-notebook 2\n", "lifeboat-notebook 12", "shopping list", "\n")) {
            Files.writeString(file, content);

            assertUnreadable();
            assertThatExceptionOfType(LifeboatException.class)
                    .isThrownBy(() -> Notebook.open(file))
                    .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.LAB_NOTEBOOK_UNREADABLE));
            assertThat(file).hasContent(content);
        }
    }

    @Test
    void aMissingNotebookIsUnreadableRatherThanEmpty() {
        assertUnreadable();
    }

    @Test
    void twoCustomersCannotShareOne() throws IOException {
        try (Notebook first = Notebook.open(file)) {
            first.remember(FIRST.order(), FIRST.at());
            assertThatExceptionOfType(LifeboatException.class)
                    .isThrownBy(() -> Notebook.open(file))
                    .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.LAB_BUSY));
            first.remember(SECOND.order(), SECOND.at());
        }
        assertThat(Notebook.read(file)).containsExactly(FIRST, SECOND);
    }

    private void remember(Confirmation... confirmations) throws IOException {
        try (Notebook notebook = Notebook.open(file)) {
            for (Confirmation confirmation : confirmations) {
                notebook.remember(confirmation.order(), confirmation.at());
            }
        }
    }

    private void assertUnreadable() {
        assertThatExceptionOfType(LifeboatException.class)
                .isThrownBy(() -> Notebook.read(file))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.LAB_NOTEBOOK_UNREADABLE));
    }

    private static List<Confirmation> kept(byte[] whole, int length) {
        long lines = new String(whole, 0, length, StandardCharsets.UTF_8)
                .chars()
                .filter(character -> character == '\n')
                .count();
        return new ArrayList<>(List.of(FIRST, SECOND).subList(0, (int) Math.max(0, lines - 1)));
    }
}
