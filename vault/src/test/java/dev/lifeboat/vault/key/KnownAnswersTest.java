package dev.lifeboat.vault.key;

import static dev.lifeboat.vault.key.Samples.counting;
import static dev.lifeboat.vault.key.Samples.hex;
import static dev.lifeboat.vault.key.Samples.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The primitives, held against the vectors of their RFCs. */
class KnownAnswersTest {

    @Test
    void hkdfGivesTheVectorsOfRfc5869() {
        assertThat(hex(Hkdf.hkdf(filled(0x0b, 22), counting(0, 13), counting(0xf0, 10), 42)))
                .isEqualTo("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
        assertThat(hex(Hkdf.hkdf(counting(0, 80), counting(0x60, 80), counting(0xb0, 80), 82)))
                .isEqualTo("b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c6"
                        + "5e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87");
        assertThat(hex(Hkdf.hkdf(filled(0x0b, 22), new byte[0], new byte[0], 42)))
                .isEqualTo("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
    }

    @Test
    void anEmptySaltIsThirtyTwoZeros() {
        assertThat(Hkdf.hkdf(counting(0, 32), new byte[0], utf8("info"), 32))
                .isEqualTo(Hkdf.hkdf(counting(0, 32), new byte[32], utf8("info"), 32));
    }

    @Test
    void argon2idGivesTheVectorOfRfc9106() {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(32)
                .withIterations(3)
                .withParallelism(4)
                .withSalt(filled(2, 16))
                .withSecret(filled(3, 8))
                .withAdditional(filled(4, 12))
                .build());
        byte[] tag = new byte[32];
        generator.generateBytes(filled(1, 32), tag);

        assertThat(hex(tag)).isEqualTo("0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659");
    }

    @ParameterizedTest
    @CsvSource({
        "65536, 2, 1, 09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7",
        "256, 2, 1, 9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe",
        "256, 2, 2, 6d093c501fd5999645e0ea3bf620d7b8be7fd2db59c20d9fff9539da2bf57037"
    })
    void aCostGivesWhatTheReferenceImplementationOfArgon2Gives(int memory, int iterations, int lanes, String key) {
        assertThat(hex(new Argon2Cost(memory, iterations, lanes).derive(utf8("password"), utf8("somesalt"))))
                .isEqualTo(key);
    }

    @ParameterizedTest
    @CsvSource({
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60,"
                + "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a, '',"
                + "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb,"
                + "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c, 72,"
                + "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    })
    void ed25519GivesTheVectorsOfRfc8032(String seed, String publicKey, String message, String signature) {
        try (SigningKey key = new SigningKey(hex(seed))) {
            assertThat(key.verifyingKey().encoded().hex()).isEqualTo(publicKey);
            assertThat(hex(key.sign(hex(message)))).isEqualTo(signature);
            assertThat(key.verifyingKey().verifies(hex(message), hex(signature)))
                    .isTrue();
            assertThat(key.verifyingKey().verifies(utf8("another"), hex(signature)))
                    .isFalse();
        }
    }

    @Test
    void bytesThatAreNoPointVerifyNothing() {
        for (int fill = 0; fill < 256; fill++) {
            assertThat(VerifyingKey.of(filled(fill, 32)).verifies(utf8("message"), filled(fill, 64)))
                    .isFalse();
        }
        assertThat(VerifyingKey.of(new byte[32]).verifies(utf8("message"), new byte[63]))
                .isFalse();
    }

    @Test
    void x25519GivesTheVectorsOfRfc7748() {
        byte[] alice = hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
        byte[] bob = hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
        byte[] alicePublic = new byte[32];
        byte[] bobPublic = new byte[32];
        byte[] shared = new byte[32];
        X25519.generatePublicKey(alice, 0, alicePublic, 0);
        X25519.generatePublicKey(bob, 0, bobPublic, 0);

        assertThat(hex(alicePublic)).isEqualTo("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
        assertThat(hex(bobPublic)).isEqualTo("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
        assertThat(X25519.calculateAgreement(alice, 0, bobPublic, 0, shared, 0)).isTrue();
        assertThat(hex(shared)).isEqualTo("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
    }

    @Test
    void whatIsSealedOpensOnlyUnchanged() {
        byte[] key = counting(0, 32);
        byte[] nonce = counting(0, 12);
        byte[] sealed = Sealing.seal(key, nonce, utf8("associated"), utf8("plain"));

        assertThat(Sealing.open(key, nonce, utf8("associated"), sealed)).contains(utf8("plain"));
        assertThat(Sealing.open(counting(1, 32), nonce, utf8("associated"), sealed))
                .isEmpty();
        assertThat(Sealing.open(key, counting(1, 12), utf8("associated"), sealed))
                .isEmpty();
        assertThat(Sealing.open(key, nonce, utf8("another"), sealed)).isEmpty();
        Samples.everyDamage(
                sealed,
                1,
                damaged -> assertThat(Sealing.open(key, nonce, utf8("associated"), damaged))
                        .isEmpty());
    }

    private static byte[] filled(int value, int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
