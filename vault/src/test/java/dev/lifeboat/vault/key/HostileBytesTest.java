package dev.lifeboat.vault.key;

import static dev.lifeboat.vault.key.Samples.codeOf;
import static dev.lifeboat.vault.key.Samples.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.model.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever bytes a reader is given, it answers with a failure that has a code, or not at all. */
class HostileBytesTest {

    private static final int ROUNDS = 2000;

    private final TrustAnchor anchor = Samples.keys().anchor();

    @Test
    void everyReaderStandsRandomBytes() {
        for (Consumer<byte[]> reader : readers()) {
            SplittableRandom random = new SplittableRandom(1);
            for (int i = 0; i < ROUNDS; i++) {
                byte[] bytes = new byte[random.nextInt(600)];
                random.nextBytes(bytes);
                assertThat(codeOf(() -> reader.accept(bytes))).isPresent();
            }
        }
    }

    @Test
    void everyReaderStandsPiecesOfWhatIsWhole() {
        byte[][] whole = {
            Samples.point(),
            Samples.seal(),
            Samples.sealedRoot().encode(),
            Samples.credentials().encode(),
            Samples.credentials().signer().certificate().encode(),
            utf8(RecoveryKit.text(Samples.root(), Samples.URL, Samples.CREATED))
        };
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < ROUNDS; i++) {
            byte[] one = whole[random.nextInt(whole.length)];
            byte[] other = whole[random.nextInt(whole.length)];
            int cut = random.nextInt(1, Math.min(one.length, other.length));
            byte[] spliced = Concatenation.join(Arrays.copyOf(one, cut), Arrays.copyOfRange(other, cut, other.length));
            for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
                spliced[random.nextInt(spliced.length)] ^= (byte) random.nextInt(1, 256);
            }
            // Some of these may well be whole: a kit has many bytes that nobody reads.
            readers().forEach(reader -> codeOf(() -> reader.accept(spliced)));
        }
    }

    @Test
    void aSignedObjectWithRandomBytesBehindItsHeaderIsRefused() {
        SplittableRandom random = new SplittableRandom(3);
        byte[] whole = Samples.seal();
        for (int i = 0; i < ROUNDS; i++) {
            byte[] object = whole.clone();
            byte[] noise = new byte[object.length];
            random.nextBytes(noise);
            int from = random.nextInt(16, object.length);
            System.arraycopy(noise, from, object, from, object.length - from);
            assertThat(codeOf(() ->
                            SignedObject.decode(object, Samples.SEAL_NAME, EnumSet.allOf(ObjectKind.class), anchor)))
                    .contains(ErrorCode.VAULT_OBJECT_DAMAGED);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "1",
                "\"x\"",
                "{",
                "{}x",
                "{} {}",
                "{\"a\":1,\"a\":1}",
                "{\"a\":{\"b\":1,\"b\":2}}",
                "{\"a\":NaN}",
                "{'a':1}",
                "{a:1}",
                "{\"a\":1,}",
                "{\"a\":01}",
                "{/**/}",
                "\uFEFFx"
            })
    void whatIsNotOneStrictObjectIsNoJson(String text) {
        assertThat(codeOf(() -> StrictJson.parse(utf8(text), 1 << 20, Samples.DAMAGED)))
                .contains(ErrorCode.VAULT_OBJECT_DAMAGED);
    }

    @Test
    void jsonIsUtf8AndOfBoundedSizeDepthAndNumbers() {
        assertRefused("{\"a\":1}".getBytes(StandardCharsets.UTF_16BE));
        assertRefused("{\"a\":1}".getBytes(StandardCharsets.UTF_16LE));
        assertRefused("{\"a\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1));
        assertRefused(utf8("{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}"));
        assertRefused(utf8("{\"a\":" + "9".repeat(10_000) + "}"));
        assertThat(codeOf(() -> StrictJson.parse(utf8("{\"a\":1}"), 6, Samples.DAMAGED)))
                .contains(ErrorCode.VAULT_OBJECT_DAMAGED);
        assertThat(StrictJson.parse(utf8("{\"a\":1}"), 7, Samples.DAMAGED).number("a", 1, 1))
                .isEqualTo(1);
    }

    private static void assertRefused(byte[] json) {
        assertThat(codeOf(() -> StrictJson.parse(json, 1 << 20, Samples.DAMAGED)))
                .contains(ErrorCode.VAULT_OBJECT_DAMAGED);
    }

    private List<Consumer<byte[]>> readers() {
        return List.of(
                bytes -> SignedObject.decode(bytes, "n", EnumSet.allOf(ObjectKind.class), anchor),
                bytes -> Certificate.decode(bytes, anchor.issuer(), anchor.vault(), Samples.DAMAGED),
                bytes -> SealedRoot.parse("main", bytes),
                bytes -> Credentials.parse(bytes, "file"),
                bytes -> WrappedKey.read(StrictJson.parse(bytes, 1 << 20, Samples.DAMAGED)),
                bytes -> RecoveryKit.parse(new String(bytes, StandardCharsets.UTF_8)));
    }
}
