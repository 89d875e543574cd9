package dev.lifeboat.vault.key;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** The vault of the test vectors, and ways to spoil bytes. */
final class Samples {

    static final Instant CREATED = Instant.parse("2026-01-01T00:00:00Z");
    static final String URL = "file:///srv/vault";
    static final Argon2Cost CHEAP = new Argon2Cost(32, 3, 4);
    static final Complaint DAMAGED = Complaint.ofObject("the/object");
    static final SessionId SESSION = new SessionId(0x0102030405060708L);

    private Samples() {}

    static byte[] counting(int from, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (from + i);
        }
        return bytes;
    }

    static RootSecret root() {
        return new RootSecret(counting(0, RootSecret.BYTES));
    }

    static VaultKeys keys() {
        try (RootSecret root = root()) {
            return root.keys();
        }
    }

    /** The keys of another vault. */
    static VaultKeys otherKeys() {
        try (RootSecret root = new RootSecret(counting(1, RootSecret.BYTES))) {
            return root.keys();
        }
    }

    static Passphrase passphrase(String text) {
        return Passphrase.of(text.getBytes(StandardCharsets.UTF_8), "passphrase.txt");
    }

    static SealedRoot sealedRoot() {
        try (RootSecret root = root()) {
            return SealedRoot.seal(
                    root,
                    "main",
                    passphrase("correct horse battery staple"),
                    CHEAP,
                    new ScriptedRandom(counting(0, 16), counting(0, 12)));
        }
    }

    static Credentials credentials() {
        return Credentials.issue(
                keys(), "shop-host", List.of("shop"), CREATED.toEpochMilli(), new ScriptedRandom(counting(0x40, 32)));
    }

    static SessionKey sessionKey() {
        return new SessionKey(counting(0x60, SessionKey.BYTES));
    }

    static WrappedKey wrappedKey() {
        return keys().recipient()
                .wrap(
                        sessionKey(),
                        keys().vaultId(),
                        SESSION,
                        new ScriptedRandom(counting(0x80, 32), counting(0xa0, 32)));
    }

    static final String POINT_NAME = "points/shop/00000001-0000000042";
    static final String SEAL_NAME = "points/shop/00000001-0000000043";

    static byte[] point() {
        Credentials credentials = credentials();
        return SignedObject.encode(
                ObjectKind.POINT,
                POINT_NAME,
                utf8("{\"group\":\"shop\"}"),
                credentials.anchor(),
                credentials.signer(),
                new ScriptedRandom(counting(0xc0, 16)));
    }

    static byte[] seal() {
        VaultKeys keys = keys();
        return SignedObject.encode(
                ObjectKind.SEAL,
                SEAL_NAME,
                utf8("{\"group\":\"shop\"}"),
                keys.anchor(),
                keys.issuer().operator("ops", CREATED.toEpochMilli()),
                new ScriptedRandom(counting(0xd0, 16)));
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /** The code of the failure; empty if there was none. Whatever is no {@link LifeboatException} goes through. */
    static Optional<ErrorCode> codeOf(Runnable reading) {
        try {
            reading.run();
            return Optional.empty();
        } catch (LifeboatException e) {
            return Optional.of(e.code());
        }
    }

    /** Every byte changed once, in a way that the seed decides, and every length that is too short. */
    static void everyDamage(byte[] whole, long seed, Consumer<byte[]> reader) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < whole.length; i++) {
            byte[] flipped = whole.clone();
            flipped[i] ^= (byte) random.nextInt(1, 256);
            reader.accept(flipped);
        }
        for (int length = 0; length < whole.length; length++) {
            reader.accept(Arrays.copyOf(whole, length));
        }
        reader.accept(Arrays.copyOf(whole, whole.length + 1));
    }
}
