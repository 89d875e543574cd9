package dev.lifeboat.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.hypervisor.GuestInMemory;
import dev.lifeboat.hypervisor.GuestProgram;
import dev.lifeboat.hypervisor.GuestProgram.Outcome;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Guests in which an address was set. */
@SuppressWarnings("NullAway.Init") // made before each test
class FixedAddressesTest {

    private static final RecoveryOrder ORDER = RecoveryHost.order(Purpose.UNPLANNED);
    private static final String MAC = "52:54:00:00:00:11";
    private static final String OLD = "10.20.0.11/24";
    private static final String NEW = "10.30.0.11/24";
    private static final Path SCRIPT = Path.of("src/main/resources/dev/lifeboat/recovery/set-address.sh");

    @TempDir
    private Path folder;

    private final List<GuestProgram> asked = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private RecoveryHost host;
    private Consumer<GuestInMemory> guest = _ -> {};

    @BeforeEach
    void make() throws Exception {
        host = new RecoveryHost(Files.createTempDirectory(folder, "f"));
        host.whenBooting("web", guest -> this.guest.accept(guest));
    }

    @AfterEach
    void end() {
        host.close();
    }

    private RecoveryReport start() throws Exception {
        return host.process().start(ORDER, told::add);
    }

    /** A guest that has its old address, and does this when it is to run a program. */
    private void hasItsOldAddress(Outcome outcome, String then) {
        guest = in -> {
            if (asked.isEmpty()) {
                in.address(MAC, OLD, "fe80::5054:ff:fe00:11/64");
            }
            in.programs(program -> {
                asked.add(program);
                in.address(MAC, then);
                return outcome;
            });
        };
    }

    @Test
    void anAddressThatWasSetInAGuestIsChangedAndSeen() throws Exception {
        hasItsOldAddress(new Outcome(0, "/etc/network/interfaces\n", ""), NEW);

        RecoveryReport report = start();

        assertThat(asked).singleElement().satisfies(program -> {
            assertThat(program.path()).isEqualTo("/bin/sh");
            assertThat(program.arguments())
                    .endsWith("set-address.sh", MAC, "10.20.0.11", "24", "10.30.0.11", "24", "10.30.0.1");
        });
        assertThat(told)
                .anyMatch(
                        line -> line.equals(
                                "web had the address 10.20.0.11/24 set in itself; it was changed to 10.30.0.11/24. It was changed in /etc/network/interfaces too."));
        host.requireStarted(ORDER, report);
    }

    @Test
    void whatIsFoundInNoFileIsTold() throws Exception {
        hasItsOldAddress(new Outcome(0, "", ""), NEW);
        RecoveryReport _ = start();
        assertThat(told).anyMatch(line -> line.contains("when the guest is started again it has the old one"));
    }

    @Test
    void aGuestThatCannotBeChangedRunsOnAndIsNotReady() throws Exception {
        guest = in -> in.address(MAC, OLD);
        notReady("It has the address 10.20.0.11/24 set in itself", "the agent may not run programs", "It runs on");
        assertThat(host.process().observe()).singleElement().satisfies(report -> {
            assertThat(report.isReady()).isFalse();
            assertThat(report.faults()).anyMatch(fault -> fault.startsWith("web has the addresses [10.20.0.11/24]"));
        });
    }

    @Test
    void aGuestThatSaysWhyIsQuoted() throws Exception {
        hasItsOldAddress(new Outcome(127, "", "ip: not found\n"), OLD);
        notReady("could not be given 10.30.0.11/24", "ip: not found");
    }

    @Test
    void whatWasChangedAndIsNotSeenIsNotBelieved() throws Exception {
        hasItsOldAddress(new Outcome(0, "", ""), OLD);
        notReady("It still has the address 10.20.0.11/24");
        assertThat(asked).hasSize(1);
    }

    private void notReady(String... words) throws Exception {
        assertThatExceptionOfType(LifeboatException.class)
                .isThrownBy(this::start)
                .matches(e -> e.code() == ErrorCode.RECOVERY_NOT_READY)
                .satisfies(e -> assertThat(e.getMessage()).contains(words));
        assertThat(host.machine("web").state()).isEqualTo(PowerState.RUNNING);
        assertThat(host.networks.connect().observe())
                .allMatch(realm -> realm.openings().isEmpty());
    }

    @Test
    void aGuestThatTakesItsAddressByDhcpIsLeftAlone() throws Exception {
        // For two seconds it has that of its last lease.
        int[] looks = {0};
        guest = in -> {
            in.address(MAC, ++looks[0] < 8 ? OLD : NEW);
            in.programs(program -> {
                asked.add(program);
                return new Outcome(0, "", "");
            });
        };
        host.requireStarted(ORDER, start());
        assertThat(asked).isEmpty();
        assertThat(looks[0]).isGreaterThanOrEqualTo(8);
    }

    // What the guest's shell does

    /** The files of a guest, with one interface, and {@code ip} that tells of it and notes what it is told. */
    private Path guestFiles() throws IOException {
        Path root = Files.createTempDirectory(folder, "g");
        put(root.resolve("sys/class/net/lo/address"), "00:00:00:00:00:00\n");
        put(root.resolve("sys/class/net/eth0/address"), MAC + "\n");
        Path ip = put(root.resolve("bin/ip"), """
                #!/bin/sh
                echo "$*" >>"$(dirname "$0")/said"
                case $* in
                "-4 addr show dev eth0") echo "    inet 10.20.0.11/24 brd 10.20.0.255 scope global eth0" ;;
                "-4 route show") printf 'default via 10.20.0.1 dev eth0 \\n10.20.0.0/24 dev eth0 scope link\\n' ;;
                esac
                """);
        assertThat(ip.toFile().setExecutable(true)).isTrue();
        return root;
    }

    private static Path put(Path file, String content) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    private static ProgramRun script(Path root, String... addresses) throws InterruptedException {
        return Program.of("sh", SCRIPT.toString(), MAC)
                .with(addresses)
                .with(root.toString())
                .withVariable("PATH", root.resolve("bin") + ":/usr/bin:/bin")
                .run();
    }

    @Test
    void theFilesThatHaveTheAddressAreRewrittenAndNoOthers() throws Exception {
        Path root = guestFiles();
        Path interfaces = put(root.resolve("etc/network/interfaces"), """
                iface eth0 inet static
                    address 10.20.0.11/24
                    gateway 10.20.0.1
                # 10.20.0.111 and 110.20.0.11 are others
                """);
        Path netplan = put(
                root.resolve("etc/netplan/50-cloud-init.yaml"),
                "addresses: [10.20.0.11/24]\nroutes: [{to: default, via: 10.20.0.1}]\n");
        Path manager = put(
                root.resolve("etc/NetworkManager/system-connections/wired.nmconnection"),
                "address1=10.20.0.11/24,10.20.0.1\ndns=10.20.0.1;\n");
        Path other = put(root.resolve("etc/systemd/network/20-other.network"), "Address=10.20.0.12/24\n");
        Path resolver = put(root.resolve("etc/resolv.conf"), "nameserver 10.20.0.1\n");

        ProgramRun run = script(root, "10.20.0.11", "24", "10.30.0.11", "24", "10.30.0.1");

        assertThat(run.exitCode()).as(run.errors()).isZero();
        assertThat(run.output().lines())
                .containsExactly(
                        "/etc/network/interfaces",
                        "/etc/netplan/50-cloud-init.yaml",
                        "/etc/NetworkManager/system-connections/wired.nmconnection");
        assertThat(interfaces).hasContent("""
                iface eth0 inet static
                    address 10.30.0.11/24
                    gateway 10.30.0.1
                # 10.20.0.111 and 110.20.0.11 are others
                """);
        assertThat(netplan).hasContent("addresses: [10.30.0.11/24]\nroutes: [{to: default, via: 10.30.0.1}]");
        assertThat(manager).hasContent("address1=10.30.0.11/24,10.30.0.1\ndns=10.30.0.1;");
        assertThat(other).hasContent("Address=10.20.0.12/24");
        assertThat(resolver).hasContent("nameserver 10.30.0.1");
        assertThat(root.resolve("bin/said")).content().contains("addr replace 10.30.0.11/24 dev eth0\n", """
                addr del 10.20.0.11/24 dev eth0
                route replace default via 10.30.0.1 dev eth0
                """);
        try (var files = Files.walk(root)) {
            assertThat(files).noneMatch(file -> file.toString().endsWith(".lifeboat"));
        }

        // The answer was lost: the same again says the same.
        assertThat(script(root, "10.20.0.11", "24", "10.30.0.11", "24", "10.30.0.1")
                        .output())
                .isEqualTo(run.output());
    }

    @Test
    void aMaskThatStandsApartIsNotGuessed() throws Exception {
        Path root = guestFiles();
        Path interfaces = put(root.resolve("etc/network/interfaces"), "address 10.20.0.11\nnetmask 255.255.255.0\n");

        ProgramRun run = script(root, "10.20.0.11", "24", "10.30.0.11", "16", "10.30.0.1");

        assertThat(run.exitCode()).as(run.errors()).isZero();
        assertThat(run.output()).isEmpty();
        assertThat(interfaces).hasContent("address 10.20.0.11\nnetmask 255.255.255.0");
    }

    @Test
    void aCardThatDoesNotHaveTheAddressIsNotTouched() throws Exception {
        Path root = guestFiles();
        ProgramRun run = script(root, "10.20.0.1", "24", "10.30.0.1", "24", "10.30.0.254");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.errors()).contains("no interface " + MAC + " with the address 10.20.0.1/24");
        assertThat(root.resolve("bin/said")).content().doesNotContain("replace");
    }
}
