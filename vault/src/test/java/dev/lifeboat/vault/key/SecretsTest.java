package dev.lifeboat.vault.key;

import static dev.lifeboat.vault.key.Samples.counting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class SecretsTest {

    @Test
    void areErasedWhenClosed() {
        byte[] held = counting(1, 32);
        try (RootSecret root = new RootSecret(held)) {
            assertThat(root.copy()).isEqualTo(counting(1, 32));
        }
        assertThat(held).containsOnly(0);

        byte[] sessionKey = counting(1, 32);
        new SessionKey(sessionKey).close();
        assertThat(sessionKey).containsOnly(0);

        byte[] seed = counting(1, 32);
        new SigningKey(seed).close();
        assertThat(seed).containsOnly(0);

        byte[] x25519 = counting(1, 32);
        byte[] mlKem = counting(1, 64);
        new RecipientPrivateKey(x25519, mlKem).close();
        assertThat(x25519).containsOnly(0);
        assertThat(mlKem).containsOnly(0);
    }

    @Test
    void areOfNoUseOnceErased() {
        RootSecret root = Samples.root();
        VaultKeys keys = root.keys();
        Signer operator = keys.issuer().operator("ops", 0);
        Passphrase passphrase = Samples.passphrase("pass");
        root.close();
        keys.close();
        operator.close();
        passphrase.close();

        for (ThrowingCallable use : List.<ThrowingCallable>of(
                root::keys,
                root::vaultId,
                () -> keys.treeKeys().treeKey(),
                () -> keys.anchor().treeKeys().derive(new byte[0], new byte[0], 32),
                () -> keys.recipientKey()
                        .unwrap(Samples.wrappedKey(), keys.vaultId(), Samples.SESSION, Samples.DAMAGED),
                () -> keys.issuer().operator("ops", 0),
                () -> operator.sign(new byte[1], 1),
                passphrase::live)) {
            assertThatThrownBy(use).isInstanceOf(IllegalStateException.class).hasMessageContaining("erased");
        }
    }

    @Test
    void areNeverShown() {
        String secret = Samples.hex(counting(0, 32)).substring(0, 16);
        VaultKeys keys = Samples.keys();

        assertThat(List.of(
                        Samples.root().toString(),
                        keys.toString(),
                        keys.anchor().toString(),
                        keys.recipientKey().toString(),
                        new SessionKey(counting(0, 32)).toString(),
                        Samples.passphrase("000102030405060708090a").toString(),
                        Samples.credentials().signer().toString()))
                .noneMatch(shown -> shown.contains(secret));
    }

    @Test
    void theOperatorsSignerAndTheIssuerAreClosedApart() {
        VaultKeys keys = Samples.keys();
        keys.issuer().operator("ops", 0).close();
        Signer operator = keys.issuer().operator("ops", 0);
        keys.close();

        assertThat(operator.sign(new byte[1], 1)).hasSize(VerifyingKey.SIGNATURE_BYTES);
    }

    @Test
    void twoVaultsAreMadeOfDifferentSecrets() {
        SplittableRandom random = new SplittableRandom(1);

        assertThat(RootSecret.generate(random).sameAs(RootSecret.generate(random)))
                .isFalse();
    }
}
