package dev.lifeboat.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.lab.LabHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The shop with its two books, its customers, and a loss of power in the middle of their orders. The tests are acts of
 * one story, for the shop takes most of a minute to boot.
 */
@NeedsLab
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ShopLosesPowerTest {

    private TestLab lab;
    private Path notebook;

    @BeforeAll
    void bringUpTheShop() throws IOException, InterruptedException {
        lab = TestLab.named("shop");
        notebook = lab.scratch("notebook");
        lab.succeed("up", "--only", "web,db");
    }

    @AfterAll
    void takeItDown() throws InterruptedException {
        lab.takeDown();
    }

    @Test
    @Order(1)
    void customersFindTheShopByNameAndBothBooksHoldTheirOrders() throws InterruptedException {
        lab.succeed("customer", "--notebook", notebook.toString(), "--for", "10s");

        JsonNode report = checkOrders();
        assertThat(report.path("confirmed").asLong()).isGreaterThan(20);
        assertThat(lab.status().path("shop").path("answers").asBoolean()).isTrue();
        assertThat(lab.status().path("shop").path("orders").asLong())
                .isEqualTo(report.path("orders").asLong());
    }

    @Test
    @Order(2)
    void powerFailsWhileCustomersOrderAndTheDisksHoldEveryConfirmedOrder() throws Exception {
        Process customer = lab.command("lab", "customer", "--notebook", notebook.toString(), "--for", "12s")
                .start();
        new SystemTimekeeper().pause(Duration.ofSeconds(6));
        lab.succeed("power-off", "primary");
        assertThat(customer.waitFor()).isZero();

        ProgramRun check = lab.command("lab", "check-orders", "--notebook", notebook.toString(), "--output", "json")
                .with(
                        "--web-disk",
                        disk("web-vda").toString(),
                        "--db-disk",
                        disk("db-vdb").toString())
                .run();

        assertThat(check.exitCode()).as(check.output() + check.errors()).isZero();
        assertThat(lab.status().path("sites").path(0).path("powered").asBoolean())
                .isFalse();
        assertThat(lab.status().path("shop").path("answers").asBoolean()).isFalse();
    }

    @Test
    @Order(3)
    void powerReturnsAndTheShopGoesOnWithEveryConfirmedOrder() throws InterruptedException {
        lab.succeed("power-on", "primary");

        assertThat(checkOrders().path("confirmed").asLong()).isGreaterThan(20);
        lab.succeed("customer", "--notebook", notebook.toString(), "--for", "2s");
        checkOrders();
    }

    @Test
    @Order(4)
    void aLostATornADoubledOrderAndADisagreementAreEachFound() throws InterruptedException {
        inGuest(
                "db",
                "setpriv --reuid=postgres --regid=postgres --init-groups psql -q shop -c"
                        + " 'delete from orders where number = 3; update orders set quantity = quantity + 1 where number = 5'");
        inGuest(
                "web",
                "cd /var/lib/shop && sed -n 7p ledger.tsv >>ledger.tsv"
                        + " && sed -i 's/^9\\t\\([^\\t]*\\)\\t[a-z]/9\\t\\1\\tX/' ledger.tsv"
                        + " && systemctl restart shop");
        awaitShop();

        ProgramRun check = lab.command("lab", "check-orders", "--notebook", notebook.toString(), "--output", "json")
                .run();

        assertThat(check.exitCode()).isEqualTo(1);
        assertThat(check.errors()).contains("LB-LAB-013");
        JsonNode report = JsonMapper.shared().readTree(check.output());
        assertThat(report.path("lost").path("count").asLong())
                .as(check.output())
                .isEqualTo(1);
        assertThat(report.path("lost").path("first").toString()).contains("\"number\":3");
        assertThat(report.path("torn").path("count").asLong())
                .as(check.output())
                .isEqualTo(2);
        assertThat(report.path("doubled").path("count").asLong())
                .as(check.output())
                .isEqualTo(1);
        assertThat(report.path("disagreements").path("count").asLong())
                .as(check.output())
                .isPositive();
    }

    private void awaitShop() throws InterruptedException {
        boolean answers = new SystemTimekeeper().await(Duration.ofSeconds(60), Duration.ofMillis(200), () -> {
            try {
                return lab.status().path("shop").path("answers").asBoolean();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(answers).as("the shop answers again").isTrue();
    }

    private JsonNode checkOrders() throws InterruptedException {
        return JsonMapper.shared()
                .readTree(lab.succeed("check-orders", "--notebook", notebook.toString(), "--output", "json"));
    }

    private Path disk(String name) {
        Path disk = lab.file(LabHost.PRIMARY_1, "lib/images/" + name + ".qcow2");
        assertThat(Files.exists(disk)).isTrue();
        return disk;
    }

    /** Runs a shell command inside a machine through its guest agent, and waits until it has ended well. */
    private void inGuest(String machine, String command) throws InterruptedException {
        String started = agent(
                machine,
                "{\"execute\":\"guest-exec\",\"arguments\":{\"path\":\"/bin/sh\",\"arg\":[\"-c\",%s],\"capture-output\":true}}"
                        .formatted(JsonMapper.shared().writeValueAsString(command)));
        long id =
                JsonMapper.shared().readTree(started).path("return").path("pid").asLong();
        boolean ended = new SystemTimekeeper().await(Duration.ofSeconds(60), Duration.ofMillis(200), () -> {
            JsonNode status = statusOf(machine, id);
            assertThat(status.path("exitcode").asInt(0)).as(status.toString()).isZero();
            return status.path("exited").asBoolean();
        });
        assertThat(ended).as("`%s` in %s ended", command, machine).isTrue();
    }

    private JsonNode statusOf(String machine, long id) {
        try {
            return JsonMapper.shared()
                    .readTree(agent(
                            machine, "{\"execute\":\"guest-exec-status\",\"arguments\":{\"pid\":%d}}".formatted(id)))
                    .path("return");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private String agent(String machine, String message) throws InterruptedException {
        String socket = lab.file(LabHost.PRIMARY_1, "run/libvirt-sock").toString();
        return Program.of("virsh", "--connect", "qemu+unix:///system?socket=" + socket)
                .with("qemu-agent-command", machine, message)
                .ask();
    }
}
