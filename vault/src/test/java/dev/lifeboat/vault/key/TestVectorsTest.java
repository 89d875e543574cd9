package dev.lifeboat.vault.key;

import static dev.lifeboat.vault.key.Samples.counting;
import static dev.lifeboat.vault.key.Samples.hex;
import static dev.lifeboat.vault.key.Samples.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The table at the end of {@code docs/formats/vault.md} and the frozen samples beside this test are what the code
 * gives. With {@code -Dlifeboat.regenerate=true} both are written anew, which only an intended change of the format may
 * do.
 */
class TestVectorsTest {

    private static final boolean REGENERATE = Boolean.getBoolean("lifeboat.regenerate");
    private static final Path ROOT = Path.of(System.getProperty("lifeboat.root"));
    private static final Path PAGE = ROOT.resolve("docs/formats/vault.md");
    private static final Path SAMPLES = ROOT.resolve("vault/src/test/resources/dev/lifeboat/vault/key/version-0");
    private static final String HEADING = "## Test vectors\n";
    private static final String TABLE = "| what | value |\n|---|---|\n";

    private final VaultKeys keys = Samples.keys();

    @Test
    void thePagesTableIsWhatTheCodeGives() throws IOException {
        String table = TABLE
                + vectors().entrySet().stream()
                        .map(entry -> "| " + entry.getKey() + " | `" + entry.getValue() + "` |\n")
                        .collect(Collectors.joining());
        String page = Files.readString(PAGE);
        int start = page.indexOf(TABLE, page.indexOf(HEADING));
        assertThat(start).isPositive();
        if (REGENERATE) {
            page = page.substring(0, start) + table;
            Files.writeString(PAGE, page);
        }

        assertThat(page.substring(start)).isEqualTo(table);
    }

    @Test
    void theFrozenSamplesAreWhatTheCodeWrites() throws IOException {
        for (Map.Entry<String, byte[]> sample : samples().entrySet()) {
            Path file = SAMPLES.resolve(sample.getKey());
            if (REGENERATE) {
                Files.createDirectories(SAMPLES);
                Files.write(file, sample.getValue());
            }
            assertThat(Files.readAllBytes(file)).as(sample.getKey()).isEqualTo(sample.getValue());
        }
    }

    @Test
    void theFrozenSamplesAreRead() throws IOException {
        RootSecret root = RecoveryKit.parse(Files.readString(SAMPLES.resolve("kit.txt")));
        RootSecret opened = SealedRoot.parse("main", sample("key-main.json"))
                .open(Samples.passphrase("correct horse battery staple"));
        Credentials credentials = Credentials.parse(sample("credentials.json"), "credentials.json");
        SignedObject.Content point = SignedObject.decode(
                sample("point"), Samples.POINT_NAME, Set.of(ObjectKind.POINT), credentials.anchor());
        SignedObject.Content seal =
                SignedObject.decode(sample("seal"), Samples.SEAL_NAME, Set.of(ObjectKind.SEAL), credentials.anchor());
        WrappedKey wrapped = WrappedKey.read(StrictJson.parse(sample("session-recipient.json"), 4096, Samples.DAMAGED));

        assertThat(root.sameAs(Samples.root())).isTrue();
        assertThat(opened.sameAs(Samples.root())).isTrue();
        assertThat(point.json()).isEqualTo(utf8("{\"group\":\"shop\"}"));
        assertThat(point.signedBy().writer()).isEqualTo("shop-host");
        assertThat(seal.json()).isEqualTo(point.json());
        assertThat(seal.signedBy().role()).isEqualTo(Role.OPERATOR);
        assertThat(keys.recipientKey()
                        .unwrap(wrapped, keys.vaultId(), Samples.SESSION, Samples.DAMAGED)
                        .sameAs(Samples.sessionKey()))
                .isTrue();
    }

    private static byte[] sample(String name) throws IOException {
        return Files.readAllBytes(SAMPLES.resolve(name));
    }

    private static Map<String, byte[]> samples() {
        Map<String, byte[]> samples = new LinkedHashMap<>();
        samples.put("kit.txt", kit().getBytes(StandardCharsets.UTF_8));
        samples.put("key-main.json", Samples.sealedRoot().encode());
        samples.put("credentials.json", Samples.credentials().encode());
        samples.put(
                "session-recipient.json", StrictJson.encode(Samples.wrappedKey().write()));
        samples.put("point", Samples.point());
        samples.put("seal", Samples.seal());
        return samples;
    }

    private Map<String, String> vectors() {
        byte[] root = counting(0, RootSecret.BYTES);
        Recipient recipient = keys.recipient();
        WrappedKey wrapped = Samples.wrappedKey();
        Credentials credentials = Samples.credentials();
        Map<String, String> vectors = new LinkedHashMap<>();
        vectors.put("root secret", hex(root));
        vectors.put("vault id", keys.vaultId().hex());
        vectors.put("tree key", hex(keys.treeKeys().treeKey()));
        vectors.put("fingerprint key", hex(keys.treeKeys().fingerprintKey()));
        vectors.put("X25519 private key", hex(derived(root, "x25519", 32)));
        vectors.put("X25519 public key", recipient.x25519().hex());
        vectors.put("ML-KEM-768 seed", hex(derived(root, "ml-kem-768", 64)));
        vectors.put(
                "SHA-256 of the ML-KEM-768 encapsulation key",
                sha256(recipient.mlKem768().bytes()));
        vectors.put("`recipient`", recipient.id().hex());
        vectors.put("issuer, Ed25519 seed", hex(derived(root, "issuer", 32)));
        vectors.put("issuer, public key", keys.issuer().verifyingKey().encoded().hex());
        kit().lines()
                .map(String::strip)
                .filter(line -> line.matches("[1-4]:.*"))
                .forEach(line -> vectors.put("kit, line " + line.charAt(0), line));
        vectors.put("keys/main, `sealed`", Samples.hex(sealed()));
        vectors.put("writer's Ed25519 seed", hex(counting(0x40, 32)));
        vectors.put(
                "writer's public key",
                credentials.signer().certificate().key().encoded().hex());
        vectors.put(
                "SHA-256 of the writer's certificate",
                sha256(credentials.signer().certificate().encode()));
        vectors.put("session key", hex(counting(0x60, SessionKey.BYTES)));
        vectors.put("`SESSION`", Samples.SESSION.hex());
        vectors.put("`x25519` of the wrapped session key", wrapped.x25519().hex());
        vectors.put("SHA-256 of its `ml-kem-768`", sha256(wrapped.mlKem768().bytes()));
        vectors.put("its `sealed`", wrapped.sealed().hex());
        vectors.put("SHA-256 of the point", sha256(Samples.point()));
        vectors.put("SHA-256 of the seal", sha256(Samples.seal()));
        return vectors;
    }

    private static byte[] sealed() {
        return StrictJson.parse(Samples.sealedRoot().encode(), SealedRoot.MAX_BYTES, Samples.DAMAGED)
                .bytes("sealed", 48);
    }

    private static byte[] derived(byte[] root, String purpose, int length) {
        return Hkdf.hkdf(root, new byte[0], utf8("lifeboat/0 " + purpose), length);
    }

    private static String kit() {
        return RecoveryKit.text(Samples.root(), Samples.URL, Samples.CREATED);
    }

    private static String sha256(byte[] bytes) {
        return hex(Concatenation.sha256(bytes));
    }
}
