package dev.lifeboat.network.linux;

import dev.lifeboat.network.NetworksContract;
import dev.lifeboat.network.TestNetworkHost;

/** Realms on a Linux host keep the contract. */
@NeedsNamespaces
final class LinuxContractTest extends NetworksContract {

    @Override
    protected TestNetworkHost host() throws Exception {
        return LinuxHost.start();
    }
}
