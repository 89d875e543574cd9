package dev.lifeboat.hypervisor.libvirt;

import dev.lifeboat.hypervisor.HypervisorContract;
import dev.lifeboat.hypervisor.TestHost;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** libvirt with real machines keeps the contract. */
@NeedsLibvirt
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // started before the tests
final class LibvirtContractTest extends HypervisorContract {

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
