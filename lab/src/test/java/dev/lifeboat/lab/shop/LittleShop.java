package dev.lifeboat.lab.shop;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A shop that takes orders by HTTP and keeps both books in memory: the real protocol without the two machines. It can
 * be told to misbehave, request by request.
 */
final class LittleShop implements AutoCloseable {

    /** What can go wrong with a request to place an order. */
    enum Mishap {
        NONE,
        /** The machine dies before it has done anything. */
        CUT_OFF_BEFORE,
        /** The machine dies when both books have the order. */
        CUT_OFF_AFTER,
        /** The answer ends in the middle. */
        HALF_ANSWER,
        /** The database does not answer; nothing was done. */
        UNAVAILABLE_BEFORE,
        /** db has committed, the ledger cannot be written. */
        UNAVAILABLE_BETWEEN,
        /** Everything is done, but the answer does not come before the shop closes. */
        HELD_BACK,
        /** The answer's checksum is another order's. */
        WRONG_CHECKSUM,
        /** The answer is a sound order, but not the one that was asked for. */
        WRONG_QUANTITY,
        /** The shop does not want the order. */
        REFUSED
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private final IntFunction<Mishap> mishaps;
    private final List<Order> orders = new ArrayList<>();
    private final List<Order> ledger = new ArrayList<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private int requests;

    /** @param mishaps what happens to which request, counted from 1 */
    LittleShop(IntFunction<Mishap> mishaps) throws IOException {
        this.mishaps = mishaps;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/orders", this::takeOrder);
        server.createContext("/health", exchange -> answer(exchange, 200, "{\"status\":\"ok\"}"));
        server.createContext("/books", exchange -> answer(exchange, 200, counts()));
        server.createContext("/books/orders", exchange -> answer(exchange, 200, lines(orders)));
        server.createContext("/books/ledger", exchange -> answer(exchange, 200, lines(ledger)));
        server.start();
    }

    ShopAddress address() {
        return ShopAddress.fixed(
                InetAddress.getLoopbackAddress(), server.getAddress().getPort());
    }

    synchronized Books books() throws IOException {
        return new Books(book(BookName.ORDERS, orders), book(BookName.LEDGER, ledger));
    }

    synchronized int ordersTaken() {
        return orders.size();
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.close();
    }

    private synchronized String counts() {
        return "{\"orders\":%d,\"ledger\":%d}".formatted(orders.size(), ledger.size());
    }

    private void takeOrder(HttpExchange exchange) throws IOException {
        JsonNode request =
                JsonMapper.shared().readTree(exchange.getRequestBody().readAllBytes());
        Mishap mishap = nextMishap();
        switch (mishap) {
            case CUT_OFF_BEFORE -> exchange.close();
            case UNAVAILABLE_BEFORE -> answer(exchange, 503, "{\"error\":\"the database is away\"}");
            case UNAVAILABLE_BETWEEN -> {
                place(request, false);
                answer(exchange, 503, "{\"error\":\"the ledger is full\"}");
            }
            case CUT_OFF_AFTER -> {
                place(request, true);
                exchange.close();
            }
            case HALF_ANSWER -> {
                String whole = json(place(request, true));
                answer(exchange, 201, whole.substring(0, whole.length() / 2));
            }
            case HELD_BACK -> {
                place(request, true);
                awaitClosing();
                exchange.close();
            }
            case WRONG_CHECKSUM -> {
                Order order = place(request, true);
                answer(exchange, 201, json(order).replace(order.checksum(), "0".repeat(64)));
            }
            case WRONG_QUANTITY -> {
                Order order = place(request, true);
                int other = order.quantity() % Order.QUANTITY_LIMIT + 1;
                answer(exchange, 201, json(new Order(order.number(), order.token(), order.item(), other)));
            }
            case REFUSED -> answer(exchange, 400, "{\"error\":\"no such item\"}");
            case NONE -> answer(exchange, 201, json(place(request, true)));
        }
    }

    private synchronized Mishap nextMishap() {
        requests++;
        return mishaps.apply(requests);
    }

    private synchronized Order place(JsonNode request, boolean inLedger) {
        String token = request.path("token").stringValue();
        Optional<Order> known =
                orders.stream().filter(order -> order.token().equals(token)).findFirst();
        Order order = known.orElseGet(() -> new Order(
                orders.size() + 1L,
                token,
                request.path("item").stringValue(),
                request.path("quantity").intValue()));
        if (known.isEmpty()) {
            orders.add(order);
        }
        if (inLedger && !ledger.contains(order)) {
            ledger.add(order);
        }
        return order;
    }

    private void awaitClosing() {
        try {
            closing.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized String lines(List<Order> book) {
        return book.stream().map(order -> order.line() + "\n").collect(Collectors.joining());
    }

    private Book book(BookName name, List<Order> book) throws IOException {
        return Book.read(name, new ByteArrayInputStream(lines(book).getBytes(StandardCharsets.UTF_8)));
    }

    private static String json(Order order) {
        return "{\"number\":%d,\"token\":\"%s\",\"item\":\"%s\",\"quantity\":%d,\"checksum\":\"%s\"}"
                .formatted(order.number(), order.token(), order.item(), order.quantity(), order.checksum());
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }
}
