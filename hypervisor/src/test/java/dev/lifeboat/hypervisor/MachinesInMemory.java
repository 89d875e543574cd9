package dev.lifeboat.hypervisor;

import dev.lifeboat.hypervisor.DiskDescription.TrackingKind;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The host of the contract's tests whose machines are in memory. */
record MachinesInMemory(HostInMemory host, Path folder) implements TestHost {

    private static final CheckpointName FOREIGN = new CheckpointName("foreign");

    @Override
    public RecoveryHypervisor connect() {
        return new InMemoryHypervisor(host);
    }

    @Override
    public MachineId add(String name, List<String> disks) {
        MachineInMemory machine = host.add(name);
        disks.forEach(disk -> machine.addDisk(disk, DISK_BYTES, TrackingKind.PERSISTENT));
        return machine.id();
    }

    @Override
    public void write(MachineId machine, String disk, int offset, int length, byte value) throws Exception {
        byte[] content = new byte[length];
        Arrays.fill(content, value);
        if (!host.machine(machine).write(disk, offset, content)) {
            throw new IllegalStateException("the guest stands still");
        }
    }

    @Override
    public void discard(MachineId machine, String disk, int offset, int length) throws Exception {
        write(machine, disk, offset, length, (byte) 0);
    }

    @Override
    public Overlay overlay(String name) {
        Path beneath = folder.resolve(name + "-beneath");
        Path file = folder.resolve(name);
        byte[] full = new byte[DISK_BYTES];
        Arrays.fill(full, BENEATH);
        ImageInMemory base = host.image(beneath, DISK_BYTES);
        base.write(0, full);
        host.image(file, base);
        return new Overlay(file, beneath);
    }

    @Override
    public void kill(MachineId machine) throws Exception {
        host.machine(machine).kill();
    }

    @Override
    public void beginForeignCapture(MachineId machine) throws Exception {
        host.machine(machine).captureByOthers(true);
    }

    @Override
    public void addForeignCheckpoint(MachineId machine) throws Exception {
        host.machine(machine).addForeignCheckpoint(FOREIGN, "vda");
    }

    @Override
    public void forgetCheckpoints(MachineId machine) throws Exception {
        host.machine(machine).forgetCheckpoints();
    }
}
