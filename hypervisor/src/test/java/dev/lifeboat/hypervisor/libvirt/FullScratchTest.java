package dev.lifeboat.hypervisor.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.Program;
import dev.lifeboat.hypervisor.CaptureOrder;
import dev.lifeboat.hypervisor.Hypervisor;
import dev.lifeboat.hypervisor.HypervisorEvent;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.PowerState;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** A guest that really writes, and a file system for scratch that is full within a second. */
@NeedsLibvirt
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // started before the tests
final class FullScratchTest {

    /**
     * A boot sector that writes 32 KiB after 32 KiB over the disk's 8 MiB, for ever, each by the BIOS's extended write
     * (interrupt 13, function 43) and with 10 ms between them, and counts the failures at {@link #FAILURES}.
     */
    private static final String WRITER =
            "31c08ed88ed0bc007cbe427cb443b000b280cd1372256683064a7c4066813e4a7c004000007209"
                    + "66c7064a7c0008000031c9ba1027b486cd15ebce66ff06527cebee100040"
                    + "00007c00000008000000000000";

    private static final String FAILURES = "0x7c52";
    private static final int SECTOR = 512;
    private static final Path SMALL = Path.of("/var/lib/libvirt/small");

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
        MachineId machine = writer();
        host.inside("mkdir", "-p", SMALL.toString()).ask();
        host.inside("mount", "-t", "tmpfs", "-o", "size=1m,mode=755", "tmpfs", SMALL.toString())
                .ask();
        BlockingQueue<HypervisorEvent> events = new LinkedBlockingQueue<>();
        try (Hypervisor hypervisor = LibvirtHypervisor.open(host.address(), SMALL, host::throughItsRoot, host.time());
                Hypervisor.Watch watch = hypervisor.watch(events::add)) {
            assertThat(watch).isNotNull();
            hypervisor.start(machine, false);
            hypervisor.beginCapture(machine, new CaptureOrder(Optional.empty(), Optional.empty(), List.of("vda")));
            await(events, new HypervisorEvent.DiskError(machine, "vda"));
            assertThat(state(hypervisor)).isEqualTo(PowerState.SUSPENDED_BY_DISK_ERROR);
            hypervisor.endCapture(machine);
            hypervisor.resume(machine);
            assertThat(state(hypervisor)).isEqualTo(PowerState.RUNNING);
            String seen = host.virsh("qemu-monitor-command", "--hmp", machine.toString(), "xp /1wx " + FAILURES)
                    .ask();
            assertThat(seen).endsWith("0x00000000");
        }
    }

    private MachineId writer() throws Exception {
        byte[] sector = Arrays.copyOf(HexFormat.of().parseHex(WRITER), SECTOR);
        sector[510] = 0x55;
        sector[511] = (byte) 0xaa;
        Path boot = host.folder().resolve("boot");
        Files.write(boot, sector);
        Path disk = host.image("writer", "qcow2", 8 << 20);
        Program.of("qemu-io", "-f", "qcow2", "-c", "write -P 7 0 8M", "-c", "write -s %s 0 512".formatted(boot))
                .with(host.fromHere(disk).toString())
                .ask();
        return host.define("writer", new UUID(9, 9), LibvirtHost.disk("vda", "qcow2", "writer"));
    }

    private static PowerState state(Hypervisor hypervisor) throws HypervisorException {
        return hypervisor.machines().getFirst().state();
    }

    private static void await(BlockingQueue<HypervisorEvent> events, HypervisorEvent wanted) throws Exception {
        HypervisorEvent event = new HypervisorEvent.Reconnected();
        while (!event.equals(wanted)) {
            event = events.poll(30, TimeUnit.SECONDS);
            assertThat(event).as("%s was waited for", wanted).isNotNull();
        }
    }
}
