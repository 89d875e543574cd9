package dev.lifeboat.lab.shop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.lab.shop.LittleShop.Mishap;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A customer in a process of its own, killed without warning, twice, and started again with the same notebook. */
class CustomerKillTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    @Test
    void aKilledCustomerRemembersWhatWasConfirmed() throws Exception {
        Path file = folder.resolve("notebook");
        try (LittleShop shop = new LittleShop(request -> Mishap.NONE)) {
            int port = shop.address().resolve().getPort();
            killWhenTheShopHas(40, shop, shopper(file, port, 1));
            int remembered = Notebook.read(file).size();
            killWhenTheShopHas(80, shop, shopper(file, port, 2));

            List<Confirmation> confirmations = Notebook.read(file);
            AuditReport audit = OrderAudit.ofEverything().judge(confirmations, shop.books());
            assertThat(remembered).isGreaterThanOrEqualTo(39);
            assertThat(confirmations).hasSizeGreaterThanOrEqualTo(78);
            assertThat(audit.clean()).as(audit.text()).isTrue();
            assertThat(audit.unconfirmed().count())
                    .as("the order at hand at each of the two kills, at most")
                    .isLessThanOrEqualTo(2);
        }
    }

    private static Process shopper(Path file, int port, long seed) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Shopper.class.getName(),
                        file.toString(),
                        Integer.toString(port),
                        Long.toString(seed))
                .inheritIO()
                .start();
    }

    private static void killWhenTheShopHas(int orders, LittleShop shop, Process shopper) throws InterruptedException {
        try {
            boolean reached = new SystemTimekeeper()
                    .await(LIMIT, Duration.ofMillis(1), () -> shop.ordersTaken() >= orders || !shopper.isAlive());
            assertThat(reached && shopper.isAlive()).isTrue();
        } finally {
            shopper.destroyForcibly();
            assertThat(shopper.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
    }

    /** The process that is killed. */
    static final class Shopper {

        private Shopper() {}

        /** Shops until it is killed. Arguments: the notebook, the shop's port on this host, the seed. */
        public static void main(String... arguments) throws IOException {
            SystemTimekeeper time = new SystemTimekeeper();
            InetSocketAddress address =
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[1]));
            try (Notebook notebook = Notebook.open(Path.of(arguments[0]))) {
                ShopClient shop = new ShopClient(() -> address, new PlainHttp(time, Duration.ofSeconds(2)));
                SplittableRandom random = new SplittableRandom(Long.parseLong(arguments[2]));
                new Customer(shop, notebook, random, time, Duration.ZERO).shop(LIMIT);
            }
        }
    }
}
