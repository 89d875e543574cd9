package dev.lifeboat.vault.key;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.security.MessageDigest;
import java.util.List;
import java.util.random.RandomGenerator;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a writer keeps: enough to add points of its groups and to find out what has changed, and nothing that opens a
 * block. Thread-safe until it is closed.
 *
 * @param vault which vault
 * @param issuer with what certificates verify
 * @param recipient to whom session keys are wrapped
 * @param treeKeys with what nodes, points and configuration open
 * @param signer the writer's own certificate and key
 */
public record Credentials(VaultId vault, VerifyingKey issuer, Recipient recipient, TreeKeys treeKeys, Signer signer)
        implements AutoCloseable {

    /** Enough for the largest certificate in hexadecimal and all else. */
    public static final int MAX_BYTES = 192 << 10;

    private static final String FORMAT = "lifeboat-credentials";
    private static final int VERSION = 0;
    private static final int CHECKSUM_BYTES = 32;

    /**
     * Makes a new writer's credentials, with a signing key of its own.
     *
     * @param groups names of groups, or {@link Certificate#ALL_GROUPS} alone
     * @throws LifeboatException {@link ErrorCode#VAULT_NAME_INVALID}
     */
    public static Credentials issue(
            VaultKeys keys, String writer, List<String> groups, long nowEpochMillis, RandomGenerator random) {
        byte[] seed = new byte[SigningKey.SEED_BYTES];
        random.nextBytes(seed);
        SigningKey signingKey = new SigningKey(seed);
        Certificate certificate =
                keys.issuer().certifyWriter(writer, groups, signingKey.verifyingKey(), nowEpochMillis);
        TreeKeys treeKeys =
                new TreeKeys(keys.treeKeys().treeKey(), keys.treeKeys().fingerprintKey());
        return new Credentials(
                keys.vaultId(),
                keys.issuer().verifyingKey(),
                keys.recipient(),
                treeKeys,
                new Signer(certificate, signingKey));
    }

    /**
     * Reads a credentials file and checks that its parts belong together.
     *
     * @param source what the bytes are of, for the failure
     * @throws LifeboatException {@link ErrorCode#VAULT_CREDENTIALS_UNREADABLE}, or
     *     {@link ErrorCode#VAULT_FORMAT_UNKNOWN} for a newer version
     */
    public static Credentials parse(byte[] content, String source) {
        Complaint complaint = wrong -> new LifeboatException(
                ErrorCode.VAULT_CREDENTIALS_UNREADABLE,
                "The credentials file %s cannot be used: %s.".formatted(source, wrong));
        StrictJson json = StrictJson.parse(content, MAX_BYTES, complaint);
        json.requireFormat(FORMAT, VERSION);
        byte[] vault = json.bytes("vault", VaultId.BYTES);
        byte[] issuer = json.bytes("issuer", VerifyingKey.BYTES);
        byte[] x25519 = json.bytes("x25519", Recipient.X25519_BYTES);
        byte[] mlKem768 = json.bytes("ml-kem-768", Recipient.ML_KEM_768_BYTES);
        byte[] treeKey = json.bytes("treeKey", TreeKeys.KEY_BYTES);
        byte[] fingerprintKey = json.bytes("fingerprintKey", TreeKeys.KEY_BYTES);
        byte[] certificate = json.bytes("certificate", Certificate.MIN_BYTES, Certificate.MAX_BYTES);
        byte[] signingKey = json.bytes("signingKey", SigningKey.SEED_BYTES);
        byte[] checksum =
                Concatenation.sha256(vault, issuer, x25519, mlKem768, treeKey, fingerprintKey, certificate, signingKey);
        if (!MessageDigest.isEqual(checksum, json.bytes("checksum", CHECKSUM_BYTES))) {
            throw complaint.because("its checksum does not fit");
        }
        VaultId vaultId = VaultId.of(vault);
        VerifyingKey issuerKey = VerifyingKey.of(issuer);
        Certificate verified = Certificate.decode(certificate, issuerKey, vaultId, complaint);
        try {
            return new Credentials(
                    vaultId,
                    issuerKey,
                    new Recipient(Octets.of(x25519), Octets.of(mlKem768)),
                    new TreeKeys(treeKey, fingerprintKey),
                    new Signer(verified, new SigningKey(signingKey)));
        } catch (IllegalArgumentException e) {
            throw complaint.because("its keys do not belong together");
        }
    }

    /** The file's bytes. Whoever writes them keeps them from other users. */
    public byte[] encode() {
        byte[] treeKey = treeKeys.treeKey();
        byte[] fingerprintKey = treeKeys.fingerprintKey();
        byte[] signingKey = signer.seed();
        byte[] certificate = signer.certificate().encode();
        ObjectNode json = StrictJson.object()
                .put("format", FORMAT)
                .put("version", VERSION)
                .put("vault", vault.hex())
                .put("issuer", issuer.encoded().hex())
                .put("x25519", recipient.x25519().hex())
                .put("ml-kem-768", recipient.mlKem768().hex())
                .put("treeKey", Octets.of(treeKey).hex())
                .put("fingerprintKey", Octets.of(fingerprintKey).hex())
                .put("certificate", Octets.of(certificate).hex())
                .put("signingKey", Octets.of(signingKey).hex());
        byte[] checksum = Concatenation.sha256(
                vault.bytes(),
                issuer.bytes(),
                recipient.x25519().bytes(),
                recipient.mlKem768().bytes(),
                treeKey,
                fingerprintKey,
                certificate,
                signingKey);
        Erasure.erase(treeKey, fingerprintKey, signingKey);
        return StrictJson.encode(json.put("checksum", Octets.of(checksum).hex()));
    }

    /** What objects are checked against. */
    public TrustAnchor anchor() {
        return new TrustAnchor(vault, issuer, treeKeys);
    }

    /** The writer's name. */
    public String writer() {
        return signer.certificate().writer();
    }

    @Override
    public void close() {
        treeKeys.close();
        signer.close();
    }

    @Override
    public String toString() {
        return "Credentials[" + signer.certificate() + "]";
    }
}
