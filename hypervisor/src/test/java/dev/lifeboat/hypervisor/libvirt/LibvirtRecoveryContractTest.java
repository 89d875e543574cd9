package dev.lifeboat.hypervisor.libvirt;

import dev.lifeboat.hypervisor.RecoveryHypervisorContract;
import dev.lifeboat.hypervisor.TestHost;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** libvirt with real machines keeps the contract of recovery. */
@NeedsLibvirt
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // started before the tests
final class LibvirtRecoveryContractTest extends RecoveryHypervisorContract {

    private LibvirtHost host;

    @BeforeAll
    void startTheHost() throws Exception {
        host = LibvirtHost.start();
    }

    @AfterAll
    void stopTheHost() {
        host.close();
    }

    @Override
    protected TestHost host() {
        return host;
    }
}
