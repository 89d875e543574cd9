package dev.lifeboat.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.hypervisor.Hypervisor;
import dev.lifeboat.lab.LabHost;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.replication.HostReplication;
import dev.lifeboat.replication.Protection;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The shop, two machines with three disks in one group, protected by the agent while customers order: in every point
 * both books are whole, agree, and have every order that was confirmed before it.
 */
@NeedsLab
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ShopIsProtectedTest {

    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private final Timekeeper time = new SystemTimekeeper();
    private TestLab lab;
    private ProtectedLab guarded;
    private Path notebook;

    @BeforeAll
    void bringUpTheShop() throws IOException, InterruptedException {
        lab = TestLab.named("guarded");
        guarded = new ProtectedLab(lab);
        notebook = lab.scratch("notebook");
        lab.succeed("up", "--only", "web,db");
    }

    @AfterAll
    void takeItDown() throws InterruptedException {
        lab.takeDown();
    }

    @Test
    @Order(1)
    void inEveryPointOfTheAgentBothBooksAgreeAndHaveWhatWasConfirmed() throws Exception {
        try (LabAgent agent = new LabAgent(lab, LabHost.PRIMARY_1, guarded, """
                groups:
                  - name: shop
                    machines: [web, db]
                    period: 5s
                    application_consistent_every: 20s
                """)) {
            agent.start();
            agent.awaitFreshPoint("shop");
            order("40s");
        }

        List<JsonNode> points = guarded.points("shop");
        assertThat(points).hasSizeGreaterThan(4);
        JsonNode last = points.getLast();
        JsonNode application = points.stream()
                .filter(point -> point.path("kind").asString().equals("application"))
                .findFirst()
                .orElseThrow();
        for (JsonNode point : List.of(points.get(2), application, last)) {
            ProgramRun check = checkOrders(point);
            assertThat(check.exitCode()).as(check.output() + check.errors()).isZero();
            assertThat(point.path("group_consistent").asBoolean()).isTrue();
        }
        JsonNode report = JsonMapper.shared().readTree(checkOrders(last).output());
        assertThat(report.path("confirmed").asLong()).isGreaterThan(100);
    }

    @Test
    @Order(2)
    void withoutTheBarrierTheBooksOfAPointDisagree() throws Exception {
        Protection loose = new Protection(
                "loose",
                // What web writes down of an order comes last: it must not be the younger one.
                List.of("db", "web"),
                Duration.ofSeconds(5),
                Optional.empty(),
                Set.of(),
                256L << 20,
                false);
        try (Hypervisor real = lab.hypervisor(LabHost.PRIMARY_1);
                HostReplication replication = guarded.replication(pausingBetweenBegins(real))) {
            replication.protect(List.of(loose));
            awaitThat("the first point", () -> !looseOnes().isEmpty());
            Process customer = customer("25s").start();
            Instant begun = time.instant();
            awaitThat(
                    "a point amid the orders",
                    () -> looseOnes().stream()
                            .anyMatch(point -> Instant.parse(point.path("taken").asString())
                                    .isAfter(begun.plusSeconds(10))));
            assertThat(customer.waitFor()).isZero();
        }

        JsonNode amid = looseOnes().getLast();
        ProgramRun check = checkOrders(amid);

        assertThat(amid.path("group_consistent").asBoolean()).isFalse();
        assertThat(check.exitCode()).as(check.output()).isEqualTo(1);
        assertThat(check.errors()).contains("LB-LAB-013");
    }

    /** A hypervisor that takes a second longer for each begin of a capture; all else is the real one. */
    private Hypervisor pausingBetweenBegins(Hypervisor real) {
        return (Hypervisor) Proxy.newProxyInstance(
                Hypervisor.class.getClassLoader(), new Class<?>[] {Hypervisor.class}, (_, method, arguments) -> {
                    try {
                        Object result = method.invoke(real, arguments);
                        if (method.getName().equals("beginCapture")) {
                            time.pause(Duration.ofSeconds(1));
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private void order(String howLong) throws InterruptedException {
        ProgramRun run = customer(howLong).run();
        assertThat(run.exitCode()).as(run.complaint()).isZero();
    }

    private Program customer(String howLong) {
        return lab.command("lab", "customer", "--notebook", notebook.toString(), "--every", "100ms", "--for", howLong);
    }

    private ProgramRun checkOrders(JsonNode point) throws Exception {
        String id = point.path("id").asString();
        Path web = guarded.export(id, "web/vda");
        Path db = guarded.export(id, "db/vdb");
        try {
            return lab.command("lab", "check-orders", "--notebook", notebook.toString(), "--output", "json")
                    .with("--as-of", point.path("taken").asString())
                    .with("--web-disk", web.toString(), "--db-disk", db.toString())
                    .run();
        } finally {
            Files.delete(web);
            Files.delete(db);
        }
    }

    /** For who waits for one; others ask the vault themselves. */
    private List<JsonNode> looseOnes() {
        try {
            return guarded.points("loose");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitThat(String what, BooleanSupplier condition) throws InterruptedException {
        assertThat(time.await(LIMIT, LOOK_AGAIN, condition)).as(what).isTrue();
    }
}
