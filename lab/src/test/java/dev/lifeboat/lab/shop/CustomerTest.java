package dev.lifeboat.lab.shop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.lab.shop.LittleShop.Mishap;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real customers at a real, small shop. The shop's answers take real time, the customer's own pauses do not. */
class CustomerTest {

    private static final Duration INTERVAL = Duration.ofMillis(100);

    /** The test host may be busy: nothing but the answers that are held back may come too late. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Duration IMPATIENCE = Duration.ofSeconds(1);

    private final SteppedTime time = new SteppedTime();

    @TempDir
    private Path folder;

    @Test
    void everyConfirmedOrderIsInTheNotebookAndInBothBooks() throws IOException {
        try (LittleShop shop = new LittleShop(request -> Mishap.NONE)) {
            CustomerReport report = customer(shop.address(), Duration.ofSeconds(2));

            assertThat(report.lastTrouble()).isNull();
            assertThat(report.placed()).isEqualTo(20);
            assertThat(report.confirmed()).isEqualTo(20);
            assertThat(report.retried()).isZero();
            assertThat(report.longestSilence().length()).isEqualTo(INTERVAL);
            assertThat(notebook()).hasSize(20);
            assertThat(shop.ordersTaken()).isEqualTo(20);
            assertThat(audit(shop).clean()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "CUT_OFF_BEFORE",
                "CUT_OFF_AFTER",
                "HALF_ANSWER",
                "UNAVAILABLE_BEFORE",
                "UNAVAILABLE_BETWEEN",
                "HELD_BACK"
            })
    void anOrderWithoutAnAnswerIsRepeatedUntilItIsConfirmedAndIsOneOrder(Mishap mishap) throws IOException {
        // The second order takes four attempts: requests 2, 3, 4 and 5.
        try (LittleShop shop = new LittleShop(request -> request >= 2 && request <= 4 ? mishap : Mishap.NONE)) {
            CustomerReport report =
                    customer(shop.address(), Duration.ofSeconds(1), mishap == Mishap.HELD_BACK ? IMPATIENCE : PATIENCE);

            assertThat(report.confirmed()).isEqualTo(report.placed());
            assertThat(report.retried()).isEqualTo(3);
            assertThat(report.lastTrouble()).isNotNull();
            assertThat(report.longestSilence())
                    .as("the interval, and pauses of 100, 200 and 400 ms")
                    .isEqualTo(
                            new Silence(SteppedTime.START, SteppedTime.START.plusMillis(800), Duration.ofMillis(800)));
            assertThat(shop.ordersTaken()).isEqualTo((int) report.confirmed());
            assertThat(audit(shop).clean()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whateverGoesWrongTheNotebookIsRightAndNothingIsDoubled(long seed) throws IOException {
        List<Mishap> unlucky = List.of(
                Mishap.CUT_OFF_BEFORE,
                Mishap.CUT_OFF_AFTER,
                Mishap.HALF_ANSWER,
                Mishap.UNAVAILABLE_BEFORE,
                Mishap.UNAVAILABLE_BETWEEN);
        SplittableRandom luck = new SplittableRandom(seed);
        IntFunction<Mishap> mishaps =
                request -> luck.nextInt(3) == 0 ? unlucky.get(luck.nextInt(unlucky.size())) : Mishap.NONE;
        try (LittleShop shop = new LittleShop(mishaps)) {
            CustomerReport report = customer(shop.address(), Duration.ofSeconds(20));

            assertThat(report.confirmed()).isGreaterThan(50).isEqualTo(report.placed() - report.unanswered());
            assertThat(notebook()).hasSize((int) report.confirmed());
            AuditReport audit = audit(shop);
            assertThat(audit.clean()).as(audit.text()).isTrue();
            assertThat(audit.present()).isEqualTo(report.confirmed());
            assertThat(audit.unconfirmed().count()).isLessThanOrEqualTo(report.unanswered());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"WRONG_CHECKSUM", "WRONG_QUANTITY"})
    void aWrongAnswerIsAFalseConfirmationAndNotWrittenDown(Mishap mishap) throws IOException {
        try (LittleShop shop = new LittleShop(request -> request == 2 ? mishap : Mishap.NONE)) {
            CustomerReport report = customer(shop.address(), Duration.ofSeconds(1));

            assertThat(report.falseConfirmations().count()).isEqualTo(1);
            assertThat(report.confirmed()).isEqualTo(9);
            assertThat(report.text()).contains("False confirmations: 1");
            assertThat(notebook())
                    .extracting(confirmation -> confirmation.order().number())
                    .doesNotContain(2L);
            AuditReport audit = audit(shop);
            assertThat(audit.clean()).isTrue();
            assertThat(audit.unconfirmed().first())
                    .containsExactly(shop.books().orders().orders().get(1));
        }
    }

    @Test
    void anOrderThatIsRefusedIsNotRepeated() throws IOException {
        try (LittleShop shop = new LittleShop(request -> request == 2 ? Mishap.REFUSED : Mishap.NONE)) {
            CustomerReport report = customer(shop.address(), Duration.ofSeconds(1));

            assertThat(report.lastTrouble()).isNull();
            assertThat(report.placed()).isEqualTo(10);
            assertThat(report.refused()).isEqualTo(1);
            assertThat(report.retried()).isZero();
            assertThat(report.lastRefusal()).contains("no such item");
        }
    }

    @Test
    void anOutageIsMeasuredFromTheLastConfirmationToTheNext() throws IOException {
        try (LittleShop shop = new LittleShop(request -> Mishap.NONE)) {
            ShopAddress moved = () -> {
                Duration now = time.elapsed();
                if (now.compareTo(Duration.ofSeconds(3)) > 0 && now.compareTo(Duration.ofSeconds(9)) < 0) {
                    throw new IOException("nobody knows where the shop is");
                }
                return shop.address().resolve();
            };

            CustomerReport report = customer(moved, Duration.ofSeconds(15));

            // Pauses of 100, 200, 400 and 800 ms, then of one second each, until it is found again.
            assertThat(report.longestSilence().from()).isEqualTo(SteppedTime.START.plusSeconds(3));
            assertThat(report.longestSilence().length()).isEqualTo(Duration.ofMillis(6600));
            assertThat(report.lastTrouble()).isEqualTo("nobody knows where the shop is");
            assertThat(report.placed())
                    .as("what was not ordered meanwhile is not ordered all at once afterwards")
                    .isBetween(80L, 90L);
        }
    }

    @Test
    void aCustomerWithoutAnAnswerStopsInTime() throws IOException {
        ShopAddress nowhere = ShopAddress.fixed(InetAddress.getLoopbackAddress(), 1);

        CustomerReport report = customer(nowhere, Duration.ofSeconds(5));

        assertThat(report.placed()).isEqualTo(1);
        assertThat(report.unanswered()).isEqualTo(1);
        assertThat(report.longestSilence().length()).isEqualTo(Duration.ofSeconds(5));
        assertThat(notebook()).isEmpty();
    }

    @Test
    void aCustomerStopsWhenItIsTold() throws IOException {
        AtomicReference<@Nullable Customer> shopping = new AtomicReference<>();
        IntFunction<Mishap> stopsItAtTheFifth = request -> {
            Customer customer = shopping.get();
            if (request == 5 && customer != null) {
                customer.stop();
            }
            return Mishap.NONE;
        };
        try (LittleShop shop = new LittleShop(stopsItAtTheFifth);
                Notebook notebook = Notebook.open(file())) {
            Customer customer = new Customer(client(shop.address()), notebook, random(), time, INTERVAL);
            shopping.set(customer);

            assertThat(customer.shop(Duration.ofDays(1)).confirmed()).isEqualTo(5);
        }
    }

    @Test
    void anInterruptedCustomerStopsAndItsThreadStaysInterrupted() throws IOException {
        try (LittleShop shop = new LittleShop(request -> Mishap.NONE);
                Notebook notebook = Notebook.open(file())) {
            Customer customer = new Customer(client(shop.address()), notebook, random(), time, INTERVAL);
            Thread.currentThread().interrupt();

            assertThat(customer.shop(Duration.ofDays(1)).placed()).isZero();
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void theShopsBooksAreReadAsTheyAre() throws IOException {
        try (LittleShop shop = new LittleShop(request -> Mishap.NONE)) {
            customer(shop.address(), Duration.ofSeconds(1));
            ShopClient client = client(shop.address());

            assertThat(client.isHealthy()).isTrue();
            assertThat(client.books()).isEqualTo(shop.books());
            assertThat(client.counts()).isEqualTo(new ShopClient.Counts(shop.ordersTaken(), shop.ordersTaken()));
        }
    }

    private CustomerReport customer(ShopAddress address, Duration longest) throws IOException {
        return customer(address, longest, PATIENCE);
    }

    private CustomerReport customer(ShopAddress address, Duration longest, Duration patience) throws IOException {
        ShopClient shop = new ShopClient(address, new PlainHttp(new SystemTimekeeper(), patience));
        try (Notebook notebook = Notebook.open(file())) {
            return new Customer(shop, notebook, random(), time, INTERVAL).shop(longest);
        }
    }

    private static ShopClient client(ShopAddress address) {
        return new ShopClient(address, new PlainHttp(new SystemTimekeeper(), PATIENCE));
    }

    private static SplittableRandom random() {
        return new SplittableRandom(42);
    }

    private AuditReport audit(LittleShop shop) throws IOException {
        return OrderAudit.ofEverything().judge(notebook(), shop.books());
    }

    private List<Confirmation> notebook() {
        return Notebook.read(file());
    }

    private Path file() {
        return folder.resolve("notebook");
    }
}
