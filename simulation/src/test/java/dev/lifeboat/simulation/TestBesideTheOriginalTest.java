package dev.lifeboat.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.NetworkNamespace;
import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.hypervisor.GuestProgram;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.RecoveryHypervisor;
import dev.lifeboat.lab.LabHost;
import dev.lifeboat.lab.scribe.ScribeClient;
import dev.lifeboat.lab.shop.PlainHttp;
import dev.lifeboat.lab.shop.ShopAddress;
import dev.lifeboat.network.Label;
import dev.lifeboat.network.RealmId;
import dev.lifeboat.simulation.ProtectedScribe.Before;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
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
 * A test failover on the very host on which the original runs, is protected and writes on: a bubble with the same
 * subnet, the same address and the same hardware address inside. Nothing of it is seen on any link of the host but its
 * own, and when it has ended, or was killed half-way and then ended, nothing is left.
 */
@Tag("long")
@NeedsLab
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init") // brought up before the tests
class TestBesideTheOriginalTest {

    private static final String FOLDER = "/var/lib/libvirt/recovery";
    private static final String ADDRESS = "10.20.0.12";
    private static final int HTTP = 80;
    private static final String MONDAY = "monday";

    /** An address of documentation (RFC 5737): only who is told to speaks to it. */
    private static final String NOWHERE = "192.0.2.77";

    /** RFC 863. */
    private static final int DISCARD = 9;

    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(8);
    private static final Duration GUEST_LIMIT = Duration.ofMinutes(1);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private ProtectedScribe scribe;
    private RecoveryTraces traces;
    private List<String> before = List.of();
    private Before protectedBefore;

    @BeforeAll
    void bringItUp() throws Exception {
        scribe = ProtectedScribe.up("bubble", ProtectedScribe.every5s("recovery:", "  folder: " + FOLDER));
        scribe.startAgent();
        traces = new RecoveryTraces(scribe.lab(), LabHost.PRIMARY_1);
        before = traces.now();
        protectedBefore = scribe.before();
    }

    @AfterAll
    void takeItDown() throws InterruptedException {
        scribe.takeDown();
    }

    /** A command of ours on the original's host. */
    private Program command(String... arguments) {
        return scribe.lab()
                .lifeboatOn(LabHost.PRIMARY_1, new String[0], arguments)
                .within(COMMAND_LIMIT);
    }

    /** A command that starts something from the vault. */
    private Program withKey(String... arguments) {
        return command(Stream.concat(
                        Arrays.stream(arguments),
                        Stream.of(
                                "--vault",
                                scribe.vault().vault(),
                                "--kit",
                                scribe.vault().scratch("kit"),
                                "--output",
                                "json"))
                .toArray(String[]::new));
    }

    private Program recover(String... more) {
        return withKey("agent", "recover", "scribe").with(more).with("--socket", LabAgent.socket());
    }

    private ProgramRun end(String name) throws InterruptedException {
        return command("agent", "end", name, "--yes", "--socket", LabAgent.socket())
                .run();
    }

    private static RealmId realm(String name) {
        return RealmId.of(new Label(name));
    }

    /** Asks the scribe of a test, from its router. */
    private long lastInside(String name) {
        Path router =
                Path.of("/proc/%d/root/run/netns/%s".formatted(scribe.lab().containerId("primary-1"), realm(name)));
        try {
            return NetworkNamespace.at(router)
                    .call(() -> new ScribeClient(
                                    ShopAddress.fixed(InetAddress.ofLiteral(ADDRESS), HTTP),
                                    new PlainHttp(scribe.time(), PATIENCE))
                            .last());
        } catch (Exception e) {
            return 0;
        }
    }

    private MachineId machine(String name) throws Exception {
        return scribe.machine(name);
    }

    @Test
    @Order(1)
    void aTestStartsBesideTheRunningOriginalWithItsAddress() throws Exception {
        ProgramRun started = recover("--test", MONDAY, "--ready", "scribe=80").run();

        assertThat(started.exitCode())
                .as("%s%n%s", started.complaint(), scribe.agent().log())
                .isZero();
        JsonNode recovery = JsonMapper.shared().readTree(started.output()).get(0);
        assertThat(recovery.path("ready").asBoolean()).isTrue();
        assertThat(recovery.path("purpose").asString()).isEqualTo("test");
        JsonNode inside = recovery.path("machines").get(0);
        assertThat(inside.path("id").asString())
                .isEqualTo(machine("monday-scribe").toString())
                .isNotEqualTo(machine("scribe").toString());
        assertThat(started.errors())
                .contains("The machine has a new identity (" + inside.path("id").asString());
        scribe.awaitThat("scribe writes in the bubble", () -> lastInside(MONDAY) > 0);
        assertThat(lastInside(MONDAY)).isGreaterThanOrEqualTo(1);
        assertThat(command("agent", "status", "--socket", LabAgent.socket()).ask())
                .containsPattern("monday +scribe@1-\\d+ +scribe +running +yes +served .*" + ADDRESS)
                .contains("monday is a test");
    }

    @Test
    @Order(2)
    void whateverItsGuestSendsNothingOfItIsSeenOutside() throws Exception {
        Set<String> own = new HashSet<>();
        for (String link : traces.links()) {
            if (link.contains(" " + realm(MONDAY) + "-") || link.contains("master " + realm(MONDAY))) {
                own.add(link.split("[: @]+", -1)[1]);
            }
        }
        String ofTheHost =
                scribe.inside("cat", "/sys/class/net/br0/address").ask().strip();
        byte[] mark = InetAddress.ofLiteral(NOWHERE).getAddress();
        Map<String, Integer> seen;
        try (PacketCapture capture = new PacketCapture(scribe.lab().containerId(LabHost.PRIMARY_1.toString()), mark)) {
            // To everybody, to its router, and to the host itself by the hardware address that the host has outside.
            String script = String.join(
                    "; ",
                    "arping -c 3 -w 4 -I eth0 " + NOWHERE,
                    "ping -c 3 -W 1 " + NOWHERE,
                    "arp -s 10.20.0.2 " + ofTheHost,
                    "ip route add %s via 10.20.0.2 dev eth0".formatted(NOWHERE),
                    "ping -c 3 -W 1 " + NOWHERE,
                    "arp -s 10.20.0.99 ff:ff:ff:ff:ff:ff",
                    "ip route replace %s via 10.20.0.99 dev eth0".formatted(NOWHERE),
                    "ping -c 3 -W 1 " + NOWHERE,
                    "echo sent");
            try (RecoveryHypervisor hypervisor = scribe.lab().hypervisor(LabHost.PRIMARY_1)) {
                GuestProgram.Outcome sent = hypervisor.run(
                        machine("monday-scribe"), new GuestProgram("/bin/sh", "-c", script), GUEST_LIMIT);
                assertThat(sent.output()).as(sent.complaint()).contains("sent");
            }
            seen = capture.frames();
            // What hears nothing proves nothing: the same from the host itself is heard, on its way out.
            int _ = NetworkNamespace.of(scribe.lab().containerId(LabHost.PRIMARY_1.toString()))
                    .call(TestBesideTheOriginalTest::send);
            scribe.awaitThat("it is heard", () -> capture.frames().containsKey("uplink"));
        }
        scribe.say("frames of the bubble's guest: " + seen);
        assertThat(seen.keySet()).as("of %s", own).isNotEmpty().isSubsetOf(own);
        assertThat(seen.values().stream().mapToInt(Integer::intValue).sum()).isGreaterThanOrEqualTo(12);
    }

    private static int send() throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            byte[] content = new byte[Long.BYTES];
            socket.send(new DatagramPacket(content, content.length, InetAddress.ofLiteral(NOWHERE), DISCARD));
            return content.length;
        }
    }

    @Test
    @Order(3)
    void whatWouldMeetTheOriginalOrStandInTheWayOfARealRecoveryIsRefused() throws Exception {
        ProgramRun taken =
                recover("--test", MONDAY, "--network", "br0=10.77.0.0/24").run();
        assertThat(taken.exitCode()).isEqualTo(3);
        assertThat(taken.errors()).contains("ordered differently");

        ProgramRun refused = recover("--test", "scribe", "--bridge", "br0=br0", "--publish", "8080=scribe:80")
                .run();
        assertThat(refused.exitCode()).isEqualTo(3);
        assertThat(refused.errors())
                .contains("LB-RECOVERY-", "A test is not plugged into bridge br0", "Nothing may lead into a test")
                .contains("A test of group scribe needs another name");

        ProgramRun clash = withKey("rescue", "start", "scribe", "--folder", FOLDER)
                .with("--test", "tuesday", "--network", "br0=10.20.0.0/24@10.20.0.12")
                .run();
        assertThat(clash.exitCode()).isEqualTo(3);
        assertThat(clash.errors()).contains("gateway");
        assertThat(lastInside(MONDAY)).isPositive();
    }

    @Test
    @Order(4)
    void theAgentEndsItAndNothingIsLeft() throws Exception {
        ProgramRun ended = end(MONDAY);

        assertThat(ended.exitCode()).as(ended.complaint()).isZero();
        nothingIsLeft();
    }

    @Test
    @Order(5)
    void whenTheCommandIsKilledHalfWayItCanBeEndedAndNothingIsLeft() throws Exception {
        Process command = withKey("rescue", "start", "scribe", "--folder", FOLDER)
                .with("--test", "tuesday")
                .start();
        awaitUnless(command, () -> isDefined("tuesday-scribe"));
        ProcessHandle java = command.children().findAny().orElseThrow();
        assertThat(java.destroyForcibly()).isTrue();
        command.waitFor();

        ProgramRun ended =
                command("rescue", "end", "tuesday", "--folder", FOLDER, "--yes").run();

        assertThat(ended.exitCode()).as(ended.complaint()).isZero();
        nothingIsLeft();
    }

    @Test
    @Order(6)
    void whenTheAgentIsKilledHalfWayTheNextOneEndsItAndNothingIsLeft() throws Exception {
        Process command = recover("--test", "wednesday").start();
        awaitUnless(command, () -> hasLink("wednesday"));
        scribe.agent().kill();
        command.waitFor();
        scribe.startAgent();

        ProgramRun ended = end("wednesday");

        assertThat(ended.exitCode()).as(ended.complaint()).isZero();
        nothingIsLeft();
    }

    @Test
    @Order(7)
    void theOriginalHasWrittenOnAndItsReplicationHasGoneOn() throws Exception {
        scribe.requireNoFullCopy(protectedBefore, scribe.historyGoesOn(protectedBefore));
    }

    private void awaitUnless(Process command, BooleanSupplier condition) throws InterruptedException {
        scribe.awaitThat("half of it is there", () -> condition.getAsBoolean() || !command.isAlive());
        assertThat(command.isAlive()).as("it was half-way").isTrue();
    }

    private boolean isDefined(String name) {
        try {
            return scribe.hypervisor().machines().stream()
                    .anyMatch(machine -> machine.name().equals(name));
        } catch (Exception e) {
            return false;
        }
    }

    private boolean hasLink(String name) {
        try {
            return traces.links().stream().anyMatch(link -> link.contains(" " + realm(name) + "-"));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void nothingIsLeft() throws Exception {
        assertThat(traces.now()).isEqualTo(before);
        assertThat(scribe.lab().file(LabHost.PRIMARY_1, "lib/recovery/running")).isEmptyDirectory();
    }
}
