package dev.lifeboat.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.key.SessionId;
import dev.lifeboat.vault.store.MemoryStore;
import dev.lifeboat.vault.store.ObjectName;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The keys of sessions are found in the store, whatever else lies there. */
class StoredSessionsTest {

    private final MemoryStore store = new MemoryStore("memory");
    private final TestVault vault = new TestVault(store, 3);
    private final Credentials writer = vault.credentials("host-1", "shop");

    @Test
    void rubbishUnderTheNameOfASessionHidesItNot() throws Exception {
        byte[] disk = TestVault.randomBytes(1, 1000);
        try (WriterSession session = vault.session(writer)) {
            Point point = TestVault.publish(session, "shop", new MemoryDisk(disk));
            for (String impostor : List.of("aaa", "zzz")) {
                store.putIfAbsent(
                        ObjectName.of(SessionRegister.openedName(impostor, session.id())),
                        ByteBuffer.wrap(new byte[] {1, 2, 3}));
            }
            assertThat(vault.content(point)).isEqualTo(disk);
        }
    }

    @Test
    void aSessionThatIsNotThereIsMissingAndOneThatIsDamagedIsDamaged() {
        StoredSessions sessions = new StoredSessions(store, vault.keys.anchor(), vault.keys.recipientKey());
        SessionId session = new SessionId(7);
        assertThatThrownBy(() -> sessions.of(session)).is(TestVault.code(ErrorCode.VAULT_OBJECT_MISSING));

        store.putIfAbsent(
                ObjectName.of(SessionRegister.openedName("host-1", session)), ByteBuffer.wrap(new byte[] {1, 2, 3}));

        assertThatThrownBy(() -> sessions.of(session)).is(TestVault.code(ErrorCode.VAULT_OBJECT_DAMAGED));
        assertThat(sessions.unwrapped()).isZero();
    }
}
