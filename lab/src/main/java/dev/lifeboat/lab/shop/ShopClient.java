package dev.lifeboat.lab.shop;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The shop as its customers reach it. Every call asks for the address anew and works in the calling thread.
 * Thread-safe.
 */
public final class ShopClient {

    private static final int ORDER_FIELDS = 5;
    private static final long BOOK_LIMIT_BYTES = (long) Book.LINE_LIMIT * Book.LINE_LIMIT_BYTES;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final ShopAddress address;
    private final PlainHttp http;

    public ShopClient(ShopAddress address, PlainHttp http) {
        this.address = address;
        this.http = http;
    }

    /** Makes one attempt to place an order. It never throws for what a network or a shop can do. */
    public OrderAnswer order(OrderRequest request) {
        try {
            return judge(http.post(address.resolve(), "/orders", request.json()), request);
        } catch (IOException e) {
            return new OrderAnswer.Unanswered(String.valueOf(e.getMessage()));
        }
    }

    /** Whether the shop says that it can take orders. */
    public boolean isHealthy() {
        try {
            return http.get(address.resolve(), "/health").status() == HttpURLConnection.HTTP_OK;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * How many orders each book holds.
     *
     * @param orders those in db's book
     * @param ledger those in web's book
     */
    public record Counts(long orders, long ledger) {}

    /**
     * Asks how many orders each book holds.
     *
     * @throws IOException when no proper answer came
     */
    public Counts counts() throws IOException {
        PlainHttp.Answer answer = http.get(address.resolve(), "/books");
        try {
            JsonNode document = JSON.readTree(answer.body());
            if (answer.status() == HttpURLConnection.HTTP_OK
                    && document.path("orders").isIntegralNumber()
                    && document.path("ledger").isIntegralNumber()) {
                return new Counts(
                        document.path("orders").longValue(),
                        document.path("ledger").longValue());
            }
        } catch (JacksonException e) {
            throw new IOException("the shop's counts are no document", e);
        }
        throw new IOException("the shop answered with the status %d and no counts".formatted(answer.status()));
    }

    /**
     * Reads both books. While orders are being placed they are not of the same moment: the ledger is read first, so
     * that an order that comes in between is in db's book only, as after a crash between the two. For the same reason a
     * notebook has to be read before.
     *
     * @throws LifeboatException with {@link ErrorCode#LAB_BOOKS_UNREADABLE}
     */
    public Books books() {
        Book ledger = book(BookName.LEDGER);
        return new Books(book(BookName.ORDERS), ledger);
    }

    private Book book(BookName name) {
        String path = "/books/" + name.key();
        try {
            InetSocketAddress shop = address.resolve();
            return http.stream(shop, path, BOOK_LIMIT_BYTES, (status, body) -> bookIn(name, status, body));
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.LAB_BOOKS_UNREADABLE,
                    "The shop could not be asked for %s: %s.".formatted(path, e.getMessage()),
                    e);
        }
    }

    private static Book bookIn(BookName name, int status, InputStream body) throws IOException {
        if (status != HttpURLConnection.HTTP_OK) {
            throw new IOException("it answered with the status " + status);
        }
        return Book.read(name, body);
    }

    private static OrderAnswer judge(PlainHttp.Answer answer, OrderRequest request) {
        return switch (answer.status()) {
            case HttpURLConnection.HTTP_OK, HttpURLConnection.HTTP_CREATED -> judgeConfirmation(answer, request);
            case HttpURLConnection.HTTP_BAD_REQUEST -> new OrderAnswer.Refused(LineStart.ofAnswer(answer.body()));
            default ->
                new OrderAnswer.Unanswered(
                        "status %d: %s".formatted(answer.status(), LineStart.ofAnswer(answer.body())));
        };
    }

    private static OrderAnswer judgeConfirmation(PlainHttp.Answer answer, OrderRequest request) {
        JsonNode document;
        try {
            document = JSON.readTree(answer.body());
        } catch (JacksonException e) {
            // What is no document at all may be one that was cut off on its way: it confirms nothing.
            return new OrderAnswer.Unanswered("half an answer: " + LineStart.ofAnswer(answer.body()));
        }
        return orderIn(document)
                .filter(request::isMetBy)
                .<OrderAnswer>map(OrderAnswer.Confirmed::new)
                .orElseGet(() -> new OrderAnswer.FalselyConfirmed(LineStart.ofAnswer(answer.body())));
    }

    private static Optional<Order> orderIn(JsonNode document) {
        JsonNode number = document.path("number");
        JsonNode quantity = document.path("quantity");
        if (document.size() != ORDER_FIELDS
                || !number.isIntegralNumber()
                || !number.canConvertToLong()
                || !quantity.isIntegralNumber()
                || !quantity.canConvertToInt()) {
            return Optional.empty();
        }
        return Order.sound(
                number.longValue(),
                document.path("token").stringValue(""),
                document.path("item").stringValue(""),
                quantity.intValue(),
                document.path("checksum").stringValue(""));
    }
}
