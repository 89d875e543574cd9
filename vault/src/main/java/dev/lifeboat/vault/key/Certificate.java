package dev.lifeboat.vault.key;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the issuer says of a key: whose it is, and which groups it may write. There is no unverified certificate: one is
 * either made by an {@link Issuer} or has been checked against one. Immutable and thread-safe.
 *
 * <pre>
 * u16 length ‖ JSON [length] ‖ signature [64]
 * </pre>
 *
 * The signature is the issuer's, over {@code "lifeboat/0 certificate" ‖ 00 ‖ JSON}.
 */
public final class Certificate {

    /** The entry that stands for all groups. */
    public static final String ALL_GROUPS = "*";

    /** Groups in one certificate: with the longest names they still fit its length field. */
    public static final int MAX_GROUPS = 900;

    /** The largest encoded certificate in bytes: a signed object has two bytes for its length. */
    static final int MAX_BYTES = 0xFFFF;

    /** The smallest: empty JSON. */
    static final int MIN_BYTES = Short.BYTES + 2 + VerifyingKey.SIGNATURE_BYTES;

    private static final long MAX_GENERATION = 0xFFFF_FFFFL;
    private static final byte[] DOMAIN = Concatenation.ascii("lifeboat/0 certificate\0");

    private final VaultId vault;
    private final String writer;
    private final Role role;
    private final List<String> groups;
    private final VerifyingKey key;
    private final long generation;
    private final long issued;
    private final Octets encoded;

    private Certificate(StrictJson json, VerifyingKey issuer, VaultId vault, Octets encoded, Complaint complaint) {
        this.vault = json.vault();
        if (!this.vault.equals(vault)) {
            throw complaint.because("its certificate is of another vault");
        }
        this.writer = json.name("writer");
        this.role =
                Role.of(json.text("role")).orElseThrow(() -> complaint.because("its certificate has an unknown role"));
        this.groups = json.texts("groups", MAX_GROUPS);
        if (!groups.equals(List.of(ALL_GROUPS)) && !groups.stream().allMatch(Name::isName)) {
            throw complaint.because("its certificate has a group that is no name");
        }
        this.key = VerifyingKey.of(json.bytes("key", VerifyingKey.BYTES));
        if (role == Role.OPERATOR && !key.equals(issuer)) {
            throw complaint.because("its certificate makes an operator of a key that is not the issuer's");
        }
        this.generation = json.number("generation", 0, MAX_GENERATION);
        this.issued = json.time("issued");
        this.encoded = encoded;
    }

    /** Makes a certificate; only an {@link Issuer} can. */
    static Certificate issue(
            SigningKey issuer,
            VaultId vault,
            String writer,
            Role role,
            List<String> groups,
            VerifyingKey key,
            long issuedEpochMillis) {
        Name.require("writer", writer);
        if (groups.isEmpty() || groups.size() > MAX_GROUPS) {
            throw new LifeboatException(
                    ErrorCode.VAULT_NAME_INVALID,
                    "A certificate is for 1 to %d groups or for all, and not for %d."
                            .formatted(MAX_GROUPS, groups.size()));
        }
        if (!groups.equals(List.of(ALL_GROUPS))) {
            groups.forEach(group -> Name.require("group", group));
        }
        ObjectNode json = StrictJson.object();
        json.put("vault", vault.hex()).put("writer", writer).put("role", role.code());
        ArrayNode list = json.putArray("groups");
        groups.forEach(list::add);
        json.put("key", key.encoded().hex()).put("generation", 0).put("issued", issuedEpochMillis);
        byte[] text = StrictJson.encode(json);
        byte[] encoded = ByteBuffer.allocate(Short.BYTES + text.length + VerifyingKey.SIGNATURE_BYTES)
                .putShort((short) text.length)
                .put(text)
                .put(issuer.sign(Concatenation.join(DOMAIN, text)))
                .array();
        return decode(encoded, issuer.verifyingKey(), vault, wrong -> {
            throw new IllegalArgumentException("the certificate could not be issued: " + wrong);
        });
    }

    /**
     * Reads and verifies a certificate. The signature is checked before anything else is looked at.
     *
     * @throws LifeboatException what the complaint makes of it
     */
    public static Certificate decode(byte[] encoded, VerifyingKey issuer, VaultId vault, Complaint complaint) {
        if (encoded.length < MIN_BYTES || encoded.length > MAX_BYTES) {
            throw complaint.because("its certificate has a wrong length");
        }
        int length = Short.toUnsignedInt(ByteBuffer.wrap(encoded).getShort());
        if (length != encoded.length - Short.BYTES - VerifyingKey.SIGNATURE_BYTES) {
            throw complaint.because("its certificate has a wrong length");
        }
        byte[] text = Arrays.copyOfRange(encoded, Short.BYTES, Short.BYTES + length);
        byte[] signed = Concatenation.join(DOMAIN, text);
        if (!issuer.verifies(signed, signed.length, encoded, Short.BYTES + length)) {
            throw complaint.because("its certificate was not issued by this vault's issuer");
        }
        return new Certificate(
                StrictJson.parse(text, MAX_BYTES, complaint), issuer, vault, Octets.of(encoded), complaint);
    }

    /** The certificate's bytes, as they were signed. */
    public byte[] encode() {
        return encoded.bytes();
    }

    /** Whether points of the group may be signed with this certificate's key, as far as groups go. */
    public boolean covers(String group) {
        return groups.contains(ALL_GROUPS) || groups.contains(group);
    }

    /**
     * Refuses a group that is not covered, before anything is written for it.
     *
     * @throws LifeboatException {@link ErrorCode#VAULT_GROUP_NOT_GRANTED}
     */
    public void requireCovers(String group) {
        if (!covers(group)) {
            throw new LifeboatException(
                    ErrorCode.VAULT_GROUP_NOT_GRANTED,
                    "The credentials of %s cover %s, and not the group %s."
                            .formatted(writer, String.join(", ", groups), group));
        }
    }

    public VaultId vault() {
        return vault;
    }

    /** The name of who holds the key. */
    public String writer() {
        return writer;
    }

    public Role role() {
        return role;
    }

    /** Names of groups, or {@link #ALL_GROUPS} alone. */
    public List<String> groups() {
        return groups;
    }

    /** With what the holder's signatures verify. */
    public VerifyingKey key() {
        return key;
    }

    /** The generation of the vault's keys; 0 as yet. */
    public long generation() {
        return generation;
    }

    /** When it was issued, in milliseconds since 1970-01-01T00:00:00Z. */
    public long issuedEpochMillis() {
        return issued;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Certificate certificate && encoded.equals(certificate.encoded);
    }

    @Override
    public int hashCode() {
        return encoded.hashCode();
    }

    @Override
    public String toString() {
        return "Certificate[%s %s for %s of vault %s]".formatted(role.code(), writer, groups, vault);
    }
}
