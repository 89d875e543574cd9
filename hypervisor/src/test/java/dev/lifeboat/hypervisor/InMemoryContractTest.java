package dev.lifeboat.hypervisor;

import dev.lifeboat.hypervisor.DiskDescription.TrackingKind;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** The hypervisor of tests keeps the contract of the real one. */
@SuppressWarnings("NullAway.Init") // the folder is made by JUnit
final class InMemoryContractTest extends HypervisorContract {

    @TempDir
    private Path folder;

    private HostInMemory host;

    @Override
    protected TestHost host() {
        host = new HostInMemory(folder);
        return new Machines(host);
    }

    @AfterEach
    void endTheHost() {
        host.close();
    }

    private record Machines(HostInMemory host) implements TestHost {

        private static final CheckpointName FOREIGN = new CheckpointName("foreign");

        @Override
        public Hypervisor connect() {
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
}
