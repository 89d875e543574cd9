package dev.lifeboat.vault.key;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.util.random.RandomGenerator;

/**
 * The object {@code keys/NAME}: the root secret, sealed with a passphrase. Immutable and thread-safe.
 *
 * <pre>
 * key    = Argon2id(passphrase, salt, memoryKiB, iterations, parallelism, version 0x13, 32 bytes)
 * sealed = GCM(key, nonce, "lifeboat/0 key" ‖ vault id ‖ NAME, root)
 * </pre>
 */
public final class SealedRoot {

    /** Where these objects are. */
    public static final String FOLDER = "keys/";

    /** More than three times what one has. */
    public static final int MAX_BYTES = 4096;

    private static final String FORMAT = "lifeboat-key";
    private static final String KDF = "argon2id";
    private static final int VERSION = 0;
    private static final int SALT_BYTES = 16;
    private static final int SEALED_BYTES = RootSecret.BYTES + Sealing.TAG_BYTES;

    private final String name;
    private final VaultId vault;
    private final Argon2Cost cost;
    private final Octets salt;
    private final Octets nonce;
    private final Octets sealed;

    private SealedRoot(String name, VaultId vault, Argon2Cost cost, Octets salt, Octets nonce, Octets sealed) {
        this.name = name;
        this.vault = vault;
        this.cost = cost;
        this.salt = salt;
        this.nonce = nonce;
        this.sealed = sealed;
    }

    /**
     * Seals a root secret. It takes the time and memory of the cost.
     *
     * @param name the key's name; under another it does not open
     * @throws LifeboatException {@link ErrorCode#VAULT_NAME_INVALID}
     */
    public static SealedRoot seal(
            RootSecret root, String name, Passphrase passphrase, Argon2Cost cost, RandomGenerator random) {
        Name.require("key", name);
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        byte[] nonce = new byte[Sealing.NONCE_BYTES];
        random.nextBytes(nonce);
        VaultId vault = root.vaultId();
        byte[] plain = root.copy();
        byte[] key = cost.derive(passphrase.live(), salt);
        try {
            byte[] sealed = Sealing.seal(key, nonce, associated(vault, name), plain);
            return new SealedRoot(name, vault, cost, Octets.of(salt), Octets.of(nonce), Octets.of(sealed));
        } finally {
            Erasure.erase(plain, key);
        }
    }

    /**
     * Reads an object.
     *
     * @param name the key's name, which is the object's name behind {@link #FOLDER}
     * @throws LifeboatException {@link ErrorCode#VAULT_OBJECT_DAMAGED}, also for parameters beyond bounds;
     *     {@link ErrorCode#VAULT_FORMAT_UNKNOWN} for a newer version
     */
    public static SealedRoot parse(String name, byte[] object) {
        Complaint complaint = Complaint.ofObject(FOLDER + name);
        if (!Name.isName(name)) {
            throw complaint.because("it is not named as keys are");
        }
        StrictJson json = StrictJson.parse(object, MAX_BYTES, complaint);
        json.requireFormat(FORMAT, VERSION);
        if (!json.text("kdf").equals(KDF)) {
            throw complaint.because("it does not use " + KDF);
        }
        return new SealedRoot(
                name,
                json.vault(),
                Argon2Cost.read(json, complaint),
                Octets.of(json.bytes("salt", SALT_BYTES)),
                Octets.of(json.bytes("nonce", Sealing.NONCE_BYTES)),
                Octets.of(json.bytes("sealed", SEALED_BYTES)));
    }

    /** The object's bytes. */
    public byte[] encode() {
        return StrictJson.encode(StrictJson.object()
                .put("format", FORMAT)
                .put("version", VERSION)
                .put("vault", vault.hex())
                .put("kdf", KDF)
                .put("memoryKiB", cost.memoryKiB())
                .put("iterations", cost.iterations())
                .put("parallelism", cost.parallelism())
                .put("salt", salt.hex())
                .put("nonce", nonce.hex())
                .put("sealed", sealed.hex()));
    }

    /**
     * Opens it. It takes the time and memory of the cost.
     *
     * @throws LifeboatException {@link ErrorCode#VAULT_PASSPHRASE_WRONG}, which sealed bytes that were changed look
     *     like as well; {@link ErrorCode#VAULT_OBJECT_DAMAGED} if the cost is more than this program has memory for, or
     *     what was sealed is another vault's
     */
    public RootSecret open(Passphrase passphrase) {
        Complaint complaint = Complaint.ofObject(FOLDER + name);
        // Half: the rest of the program has to live as well. Ours want 64 MiB.
        if (cost.memoryBytes() > Runtime.getRuntime().maxMemory() / 2) {
            throw complaint.because("it wants %,d KiB of memory to be opened, more than half of what there is"
                    .formatted(cost.memoryKiB()));
        }
        byte[] key = cost.derive(passphrase.live(), salt.bytes());
        RootSecret root;
        try {
            root = Sealing.open(key, nonce.bytes(), associated(vault, name), sealed.bytes())
                    .map(RootSecret::new)
                    .orElseThrow(() -> new LifeboatException(
                            ErrorCode.VAULT_PASSPHRASE_WRONG,
                            "The key %s does not open with this passphrase.".formatted(name)));
        } finally {
            Erasure.erase(key);
        }
        if (!root.vaultId().equals(vault)) {
            root.close();
            throw complaint.because("it holds the root secret of another vault");
        }
        return root;
    }

    /** The key's name. */
    public String name() {
        return name;
    }

    /** Which vault it says it is of; proven only once it was opened. */
    public VaultId vaultId() {
        return vault;
    }

    public Argon2Cost cost() {
        return cost;
    }

    private static byte[] associated(VaultId vault, String name) {
        return Concatenation.join(Concatenation.ascii("lifeboat/0 key"), vault.bytes(), Concatenation.ascii(name));
    }
}
