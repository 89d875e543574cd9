package dev.lifeboat.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.key.ObjectKind;
import dev.lifeboat.vault.key.StrictJson;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.Fault;
import dev.lifeboat.vault.store.FaultPlan;
import dev.lifeboat.vault.store.FaultyStore;
import dev.lifeboat.vault.store.MemoryStore;
import dev.lifeboat.vault.store.ObjectName;
import dev.lifeboat.vault.store.StoreOperation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** The vault keeps every state of the configuration, and knows the newest. */
class ConfigurationTest {

    private final MemoryStore store = new MemoryStore("memory");
    private final TestVault vault = new TestVault(store, 3);

    @Test
    void theNewestStateIsTheLastThatWasPut() {
        assertThat(Configuration.newest(vault.opened())).isEmpty();

        Configuration.State first = put(store, "one");
        Configuration.State second = put(store, "two");

        assertThat(first.number()).isEqualTo(1);
        assertThat(second.number()).isEqualTo(2);
        Configuration.State newest = Configuration.newest(vault.opened()).orElseThrow();
        assertThat(newest.number()).isEqualTo(2);
        assertThat(newest.at()).isEqualTo(second.at());
        assertThat(newest.content()).isEqualTo(content("two"));
    }

    @Test
    void nobodyWithoutTheTreeKeySeesWhatItSays() {
        put(store, "the plan of the shop");

        byte[] object = store.get(ObjectName.of("config/0000000001"));

        assertThat(new String(object, StandardCharsets.ISO_8859_1)).doesNotContain("the plan of the shop");
    }

    @Test
    void twoThatPutTheNextStateAtOnceBothDo() {
        AtomicBoolean first = new AtomicBoolean(true);
        FaultPlan race = (operation, name) -> {
            if (operation == StoreOperation.PUT && first.getAndSet(false)) {
                put(store, "faster");
            }
            return Fault.NONE;
        };

        Configuration.State slower = put(faulty(race), "slower");

        assertThat(slower.number()).isEqualTo(2);
        assertThat(Configuration.newest(vault.opened()).orElseThrow().content()).isEqualTo(content("slower"));
        assertThat(store.head(ObjectName.of("config/0000000001"))).isPresent();
    }

    @Test
    void aPutWhoseAnswerWasLostIsOneState() {
        put(faulty(FaultPlan.at(1, Fault.ANSWER_LOST).only(StoreOperation.PUT)), "one");

        assertThat(store.head(ObjectName.of("config/0000000001"))).isPresent();
        assertThat(store.head(ObjectName.of("config/0000000002"))).isEmpty();
    }

    @Test
    void whatOthersPutThereIsNoStateAndInNobodysWay() {
        put(store, "one");
        Credentials writer = vault.credentials("host-1", "*");
        SignedPuts hostile = new SignedPuts(vault.openedBy(writer), writer.signer(), vault.time, vault.random);
        ObjectNode body = hostile.body().put("number", 2).put("at", 1);
        body.set("content", content("mine"));
        hostile.put("config/0000000002", hostile.sign(ObjectKind.CONFIGURATION, "config/0000000002", body));
        store.putIfAbsent(ObjectName.of("config/9999999999"), ByteBuffer.wrap(new byte[100]));

        assertThat(Configuration.newest(vault.opened()).orElseThrow().number()).isEqualTo(1);
        assertThat(put(store, "three").number()).isEqualTo(3);
        assertThatThrownBy(() -> Configuration.put(
                        vault.openedBy(writer), writer.signer(), content("mine"), vault.time, vault.random))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private FaultyStore faulty(FaultPlan plan) {
        return new FaultyStore(store, plan, Duration.ZERO, vault.time, new Random(1));
    }

    private Configuration.State put(BlobStore through, String text) {
        return Configuration.put(vault.opened(through), vault.operator(), content(text), vault.time, vault.random);
    }

    private static ObjectNode content(String text) {
        return StrictJson.object().put("plan", text);
    }
}
