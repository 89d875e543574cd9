package dev.lifeboat.hypervisor;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** The hypervisor of tests keeps the contract of the real one. */
@SuppressWarnings("NullAway.Init") // the folder is made by JUnit
final class InMemoryRecoveryContractTest extends RecoveryHypervisorContract {

    @TempDir
    private Path folder;

    private HostInMemory host;

    @Override
    protected TestHost host() {
        host = new HostInMemory(folder);
        return new MachinesInMemory(host, folder);
    }

    @AfterEach
    void endTheHost() {
        host.close();
    }
}
