package dev.lifeboat.lab.shop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sizes that are promised. */
@Tag("long")
class MillionOrdersTest {

    private static final int ORDERS = 1_000_000;

    @TempDir
    private Path folder;

    @Test
    void aMillionOrdersAreAudited() throws IOException {
        Path book = folder.resolve("book");
        Path notebook = folder.resolve("notebook");
        try (OutputStream bookLines = new BufferedOutputStream(Files.newOutputStream(book));
                OutputStream notes = new BufferedOutputStream(Files.newOutputStream(notebook))) {
            write(notes, Notebook.HEADER);
            for (int number = 1; number <= ORDERS; number++) {
                Order order = new Order(number, "token-%010d".formatted(number), "rope-12mm", number % 1000 + 1);
                write(bookLines, order.line());
                write(notes, new Confirmation(order, SteppedTime.START.plusMillis(number)).line());
            }
        }

        Books books = new Books(read(BookName.ORDERS, book), read(BookName.LEDGER, book));
        AuditReport report = OrderAudit.ofEverything().judge(Notebook.read(notebook), books);

        assertThat(report.present()).isEqualTo(ORDERS);
        assertThat(report.clean()).isTrue();
    }

    private static Book read(BookName name, Path file) throws IOException {
        try (InputStream stream = new BufferedInputStream(Files.newInputStream(file))) {
            return Book.read(name, stream);
        }
    }

    private static void write(OutputStream stream, String line) throws IOException {
        stream.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
