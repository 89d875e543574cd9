package dev.lifeboat.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.model.LifeboatException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The networks of tests keep the contract of the real ones. */
final class InMemoryContractTest extends NetworksContract {

    @Override
    protected TestNetworkHost host() {
        NetworkHostInMemory host = new NetworkHostInMemory();
        host.giveAddress("192.0.2.1/24");
        return host;
    }

    @Test
    void whatWillNotGoIsNamed() throws Exception {
        NetworkHostInMemory host = new NetworkHostInMemory();
        Networks networks = host.connect();
        Bubble bubble = new Bubble(
                new Label("test"),
                new Label("run"),
                List.of(RecoveryNetwork.of("lan", "10.1.0.0/24", "10.1.0.1", ForwardMode.ISOLATED)));
        networks.make(bubble);
        host.holdOn("process 17");

        assertThatThrownBy(() -> networks.remove(bubble.id()).orThrow())
                .isInstanceOf(LifeboatException.class)
                .hasMessageContaining("process 17");
        host.holdOn();
        assertThat(networks.remove(bubble.id()).isComplete()).isTrue();
        assertThat(networks.observe()).isEmpty();
    }
}
