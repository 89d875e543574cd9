package dev.lifeboat.simulation;

import dev.lifeboat.host.NetworkNamespace;
import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.lab.LabHost;
import dev.lifeboat.lab.scribe.ScribeClient;
import dev.lifeboat.lab.shop.PlainHttp;
import dev.lifeboat.lab.shop.ShopAddress;
import dev.lifeboat.model.Timekeeper;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/**
 * Scribe as it was brought back on the first host of the recovery site, where a port of the host leads to it.
 *
 * @param published the port
 */
record RecoveredScribe(TestLab lab, int published) {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Timekeeper TIME = new SystemTimekeeper();

    /** What it announces, asked from beside its host; 0 while it does not answer. */
    long last() {
        try {
            return ask(ScribeClient::last);
        } catch (Exception e) {
            return 0;
        }
    }

    /** Asks it from beside its host. */
    <T> T ask(TestLab.ScribeQuestion<T> question) throws Exception {
        return NetworkNamespace.of(lab.containerId("recovery"))
                .call(() -> question.ask(new ScribeClient(
                        ShopAddress.fixed(InetAddress.ofLiteral(LabHost.RECOVERY_1.address()), published),
                        new PlainHttp(TIME, PATIENCE))));
    }

    /** What a recovery could leave on its host: links, processes, firewall and namespaces, machines. */
    List<String> traces() throws InterruptedException {
        return new RecoveryTraces(lab, LabHost.RECOVERY_1).now();
    }
}
