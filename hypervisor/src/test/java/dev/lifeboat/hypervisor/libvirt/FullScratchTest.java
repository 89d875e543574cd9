package dev.lifeboat.hypervisor.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.Program;
import dev.lifeboat.hypervisor.CaptureOrder;
import dev.lifeboat.hypervisor.Hypervisor;
import dev.lifeboat.hypervisor.HypervisorEvent;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.PowerState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A guest that really writes, and a file system for scratch that is full within seconds. */
@NeedsLibvirt
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // started before the tests
final class FullScratchTest {

    /**
     * A boot sector that writes 32 KiB after 32 KiB over the disk from its second MiB on, for ever, each by the BIOS's
     * extended write (interrupt 13, function 43) and with 10 ms between them. It counts the failures at
     * {@link #FAILURES} and has the sector that comes next at {@link #NEXT_SECTOR}.
     */
    private static final String WRITER =
            "31c08ed88ed0bc007cbe427cb443b000b280cd1372256683064a7c4066813e4a7c004000007209"
                    + "66c7064a7c0008000031c9ba1027b486cd15ebce66ff06527cebee100040"
                    + "00007c00000008000000000000";

    private static final String FAILURES = "0x7c52";
    private static final String NEXT_SECTOR = "0x7c4a";
    private static final int FIRST_SECTOR = 2048;
    private static final int SECTOR = 512;
    private static final int DISK_BYTES = 8 << 20;
    private static final int THRESHOLD_BYTES = 1 << 20;
    private static final Duration GUEST_LIMIT = Duration.ofSeconds(30);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private LibvirtHost host;

    @BeforeAll
    void startTheHost() throws Exception {
        host = LibvirtHost.start();
    }

    @AfterAll
    void stopTheHost() {
        host.close();
    }

    @Test
    void aFullScratchSuspendsTheGuestWhichGoesOnUnharmedWhenTheCaptureIsEnded() throws Exception {
        MachineId machine = writer("stopped");
        BlockingQueue<HypervisorEvent> events = new LinkedBlockingQueue<>();
        try (Hypervisor hypervisor = withScratchOf(1);
                Hypervisor.Watch watch = hypervisor.watch(events::add)) {
            assertThat(watch).isNotNull();
            startWriting(hypervisor, machine);
            hypervisor.beginCapture(machine, order(CaptureOrder.UNBOUNDED));

            await(events, new HypervisorEvent.DiskError(machine, ""));
            assertThat(state(hypervisor, machine)).isEqualTo(PowerState.SUSPENDED_BY_DISK_ERROR);

            hypervisor.endCapture(machine);
            hypervisor.resume(machine);
            awaitWrites(machine);
            assertThat(state(hypervisor, machine)).isEqualTo(PowerState.RUNNING);
            assertThat(memory(machine, FAILURES)).isZero();
            hypervisor.powerOff(machine);
        }
    }

    @Test
    void whoIsToldOfTheScratchInTimeEndsTheCaptureBeforeTheGuestNoticesAnything() throws Exception {
        MachineId machine = writer("warned");
        BlockingQueue<HypervisorEvent> events = new LinkedBlockingQueue<>();
        try (Hypervisor hypervisor = withScratchOf(6);
                Hypervisor.Watch watch = hypervisor.watch(events::add)) {
            assertThat(watch).isNotNull();
            startWriting(hypervisor, machine);
            hypervisor.beginCapture(machine, order(THRESHOLD_BYTES));

            List<HypervisorEvent> seen = await(events, new HypervisorEvent.ScratchFull(machine, "vda"));
            assertThat(hypervisor.scratchUsed(machine).getOrDefault("vda", 0L)).isGreaterThanOrEqualTo(THRESHOLD_BYTES);
            hypervisor.endCapture(machine);

            awaitWrites(machine);
            assertThat(state(hypervisor, machine)).isEqualTo(PowerState.RUNNING);
            assertThat(memory(machine, FAILURES)).isZero();
            seen.addAll(events);
            assertThat(seen).doesNotHaveAnyElementsOfTypes(HypervisorEvent.DiskError.class);
            hypervisor.powerOff(machine);
        }
    }

    /** A connection that keeps its captures in a file system of this size. */
    private Hypervisor withScratchOf(int mib) throws Exception {
        Path folder = Path.of("/var/lib/libvirt/of-%d-mib".formatted(mib));
        host.inside("mkdir", "-p", folder.toString()).ask();
        host.inside("mount", "-t", "tmpfs", "-o", "size=%dm,mode=755".formatted(mib), "tmpfs", folder.toString())
                .ask();
        return LibvirtHypervisor.open(host.address(), folder, host::throughItsRoot, host.time());
    }

    private MachineId writer(String name) throws Exception {
        byte[] sector = Arrays.copyOf(HexFormat.of().parseHex(WRITER), SECTOR);
        sector[510] = 0x55;
        sector[511] = (byte) 0xaa;
        Path boot = host.files().resolve("boot");
        Files.write(boot, sector);
        Path disk = host.fromHere(host.image(name, "qcow2", DISK_BYTES));
        Program.of("qemu-io", "-f", "qcow2", "-c", "write -P 7 0 %d".formatted(DISK_BYTES))
                .with("-c", "write -s %s 0 %d".formatted(boot, SECTOR), disk.toString())
                .ask();
        return host.define(
                name,
                UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)),
                LibvirtHost.disk("vda", "qcow2", name));
    }

    private void startWriting(Hypervisor hypervisor, MachineId machine) throws Exception {
        hypervisor.start(machine, false);
        assertThat(host.time().await(GUEST_LIMIT, LOOK_AGAIN, () -> memory(machine, NEXT_SECTOR) >= FIRST_SECTOR))
                .as("the BIOS has loaded the boot sector")
                .isTrue();
        awaitWrites(machine);
    }

    private void awaitWrites(MachineId machine) throws Exception {
        long before = memory(machine, NEXT_SECTOR);
        assertThat(host.time().await(GUEST_LIMIT, LOOK_AGAIN, () -> memory(machine, NEXT_SECTOR) != before))
                .as("the guest writes")
                .isTrue();
    }

    /** Four bytes of the guest's memory, as QEMU's monitor shows them: {@code 0000000000007c52: 0x00000000}. */
    private long memory(MachineId machine, String address) {
        try {
            String shown = host.virsh("qemu-monitor-command", "--hmp", machine.toString(), "xp /1wx " + address)
                    .ask();
            return Long.decode(shown.substring(shown.indexOf("0x")).strip());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static CaptureOrder order(long scratchBytes) {
        return new CaptureOrder(Optional.empty(), Optional.empty(), List.of("vda"), scratchBytes);
    }

    private static PowerState state(Hypervisor hypervisor, MachineId machine) throws HypervisorException {
        return hypervisor.machines().stream()
                .filter(one -> one.id().equals(machine))
                .findFirst()
                .orElseThrow()
                .state();
    }

    /** Everything that was told until then. */
    private static List<HypervisorEvent> await(BlockingQueue<HypervisorEvent> events, HypervisorEvent wanted)
            throws InterruptedException {
        List<HypervisorEvent> seen = new ArrayList<>();
        while (!seen.contains(wanted)) {
            HypervisorEvent event = events.poll(GUEST_LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertThat(event).as("%s was waited for, after %s", wanted, seen).isNotNull();
            seen.add(event);
        }
        return seen;
    }
}
