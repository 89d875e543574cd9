package dev.lifeboat.bench.live;

import dev.lifeboat.bench.ByteRange;
import dev.lifeboat.bench.LiveMachine;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * A machine of the bench's host. What its guest writes is written by QEMU's monitor at the guest's side of the disk.
 */
final class BenchMachine implements LiveMachine {

    /** By which QEMU's monitor knows the disk. libvirt leaves names to others that begin like this. */
    static final String DISK_ALIAS = "ua-vda";

    /** The guest's side of the disk, in QEMU's tree of objects. */
    private static final String DEVICE = "/machine/peripheral/" + DISK_ALIAS + "/virtio-backend";

    private static final Path CONTENTS = BenchHost.LIB.resolve("contents");

    /** Some hundred writes on a busy computer. */
    private static final Duration WRITE_LIMIT = Duration.ofMinutes(2);

    private final BenchHost host;
    private final String name;

    BenchMachine(BenchHost host, String name) {
        this.host = host;
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void write(SequencedMap<ByteRange, byte[]> contents) throws InterruptedException {
        if (contents.isEmpty()) {
            return;
        }
        StringBuilder commands = new StringBuilder();
        int number = 0;
        for (Map.Entry<ByteRange, byte[]> content : contents.entrySet()) {
            Path file = CONTENTS.resolve(Integer.toString(number));
            BenchHost.write(host.outside(file), content.getValue());
            ByteRange place = content.getKey();
            commands.append("""
                    qemu-monitor-command %s --hmp 'qemu-io -d %s "write -s %s %d %d"'
                    """.formatted(name, DEVICE, file, place.offset(), place.length()));
            number++;
        }
        // One virsh for all of them: it reads commands as a person would type them.
        ProgramRun run = host.virsh()
                .reading(commands.toString())
                .within(WRITE_LIMIT)
                .run()
                .orThrow();
        // Its exit status is that of its own end; QEMU's monitor begins a complaint with a capital.
        if (run.errors().contains("error:") || run.output().contains("Error:")) {
            throw new LifeboatException(ErrorCode.HOST_PROGRAM_FAILED, run.complaint());
        }
    }

    @Override
    public void forget() throws InterruptedException {
        List<String> checkpoints = host.virsh("checkpoint-list", name, "--name", "--topological")
                .ask()
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
        for (String checkpoint : checkpoints.reversed()) {
            host.virsh("checkpoint-delete", name, checkpoint).run().orThrow();
        }
    }
}
