package dev.lifeboat.lab.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class BookTest {

    private static final Order FIRST = new Order(1, "t-1", "compass", 3);
    private static final Order SECOND = new Order(2, "t-2", "oar-2m", 4);

    @Test
    void aBookIsReadLineByLine() throws IOException {
        Book book = read(FIRST.line() + "\n" + SECOND.line() + "\n");

        assertThat(book.orders()).containsExactly(FIRST, SECOND);
        assertThat(book.torn()).isEmpty();
        assertThat(book.unfinished()).isNull();
    }

    @Test
    void anEmptyBookIsABook() throws IOException {
        assertThat(read("")).isEqualTo(new Book(BookName.LEDGER, List.of(), List.of(), null));
    }

    @Test
    void aBrokenLineIsTornAndTheOthersStand() throws IOException {
        Book book = read(FIRST.line() + "\n2\tt-2\tgar\0bage\n\n" + SECOND.line() + "\n");

        assertThat(book.orders()).containsExactly(FIRST, SECOND);
        assertThat(book.torn())
                .containsExactly(
                        new TornLine(BookName.LEDGER, 2, 2, "2 t-2 gar?bage"), new TornLine(BookName.LEDGER, 3, 0, ""));
    }

    @Test
    void aLineThatIsTooLongIsTornAndOnlyItsStartIsKept() throws IOException {
        Book book = read("x".repeat(1_000_000) + "\n" + SECOND.line() + "\n");

        assertThat(book.orders()).containsExactly(SECOND);
        assertThat(book.torn()).containsExactly(new TornLine(BookName.LEDGER, 1, 0, "x".repeat(60)));
    }

    @Test
    void aLastLineWithoutItsEndIsUnfinishedWhateverItHolds() throws IOException {
        String line = SECOND.line();
        for (int length = 1; length <= line.length(); length++) {
            Book book = read(FIRST.line() + "\n" + line.substring(0, length));

            assertThat(book.orders()).containsExactly(FIRST);
            assertThat(book.torn()).isEmpty();
            assertThat(Objects.requireNonNull(book.unfinished()).line()).isEqualTo(2);
        }
    }

    @Test
    void whatIsNoBookAtAllIsRefused() {
        assertThatExceptionOfType(LifeboatException.class)
                .isThrownBy(() -> read("nonsense\n".repeat(Book.TORN_LIMIT + 1)))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.LAB_BOOKS_UNREADABLE))
                .withMessage("What was given as web's ledger has more than 10000 lines that are no orders.");
    }

    @Test
    void theSampleOfTheFormatIsRead() throws IOException {
        try (InputStream sample = Objects.requireNonNull(BookTest.class.getResourceAsStream("ledger-sample.tsv"))) {
            assertThat(Book.read(BookName.LEDGER, sample).orders())
                    .containsExactly(
                            new Order(1, "00c0ffee", "rope-12mm", 2), new Order(2, "a-token-Z", "life-vest", 1000));
        }
    }

    private static Book read(String text) throws IOException {
        return Book.read(BookName.LEDGER, new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }
}
