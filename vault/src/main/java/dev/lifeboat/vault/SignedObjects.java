package dev.lifeboat.vault;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.key.Complaint;
import dev.lifeboat.vault.key.ObjectKind;
import dev.lifeboat.vault.key.Octets;
import dev.lifeboat.vault.key.Role;
import dev.lifeboat.vault.key.SignedObject;
import dev.lifeboat.vault.key.StrictJson;
import dev.lifeboat.vault.key.TrustAnchor;
import dev.lifeboat.vault.point.ManifestJson;
import dev.lifeboat.vault.point.PointId;
import dev.lifeboat.vault.point.PointManifest;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.ObjectMissing;
import dev.lifeboat.vault.store.ObjectName;
import dev.lifeboat.vault.store.StoreException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** Reads points, seals and owners, and believes them only after every check. Safe for use by several threads. */
final class SignedObjects {

    private static final Set<ObjectKind> IN_SLOTS = Set.of(ObjectKind.POINT, ObjectKind.SEAL);
    private static final int MAX_SMALL_BYTES = 64 << 10;
    private static final int MAX_MANIFEST_BYTES = SignedObject.MAX_BYTES;

    private final BlobStore store;
    private final TrustAnchor anchor;

    SignedObjects(BlobStore store, TrustAnchor anchor) {
        this.store = store;
        this.anchor = anchor;
    }

    /** What is at a place; empty when the place is free. */
    Optional<Slot> slot(PointId id) {
        byte[] object;
        try {
            object = store.get(ObjectName.of(id.objectName()));
        } catch (ObjectMissing e) {
            return Optional.empty();
        } catch (StoreException e) {
            throw e.toLifeboat();
        }
        return Optional.of(decode(id, object));
    }

    /** What these bytes are at this place. */
    Slot decode(PointId id, byte[] object) {
        String name = id.objectName();
        Complaint complaint = Complaint.ofObject(name);
        try {
            SignedObject.Content content = SignedObject.decode(object, name, IN_SLOTS, anchor);
            content.signedBy().requireCovers(id.group());
            return content.kind() == ObjectKind.SEAL
                    ? seal(id, object, content, complaint)
                    : point(id, object, content, complaint);
        } catch (LifeboatException e) {
            if (e.code() == ErrorCode.VAULT_FORMAT_UNKNOWN) {
                throw e;
            }
            return new VoidSlot(id, e);
        }
    }

    private Slot point(PointId id, byte[] object, SignedObject.Content content, Complaint complaint) {
        StrictJson json = StrictJson.parse(content.json(), MAX_MANIFEST_BYTES, complaint);
        PointManifest manifest;
        try {
            manifest = ManifestJson.read(json.content());
        } catch (IllegalArgumentException e) {
            throw complaint.because(String.valueOf(e.getMessage()));
        }
        if (!json.vault().equals(anchor.vault())
                || !manifest.id().equals(id)
                || !manifest.writer().equals(content.signedBy().writer())
                || content.signedBy().role() != Role.WRITER) {
            throw complaint.because("it says something else than its name and its signature");
        }
        return new Point(manifest, Octets.of(sha256(object)));
    }

    private Slot seal(PointId id, byte[] object, SignedObject.Content content, Complaint complaint) {
        if (object.length > Seal.MAX_BYTES) {
            throw complaint.because("it is longer than a seal may be");
        }
        StrictJson json = StrictJson.parse(content.json(), MAX_SMALL_BYTES, complaint);
        if (!json.vault().equals(anchor.vault()) || !id.equals(place(json.name("group"), json, complaint))) {
            throw complaint.because("it says something else than its name");
        }
        try {
            return new Seal(
                    id, Seal.Reason.of(json.text("reason")), json.name("by"), Instant.ofEpochMilli(json.time("at")));
        } catch (IllegalArgumentException e) {
            throw complaint.because(String.valueOf(e.getMessage()));
        }
    }

    private static PointId place(String group, StrictJson json, Complaint complaint) {
        try {
            return new PointId(
                    group, (int) json.number("epoch", 1, Integer.MAX_VALUE), json.number("slot", 1, Long.MAX_VALUE));
        } catch (IllegalArgumentException e) {
            throw complaint.because(String.valueOf(e.getMessage()));
        }
    }

    /**
     * What is said of who owns a group in an epoch; empty when nobody says it who has the right to the group.
     *
     * @throws LifeboatException with {@link ErrorCode#VAULT_OBJECT_DAMAGED}
     */
    Optional<OwnerClaim> claim(String group, int epoch) {
        String name = Owner.objectName(group, epoch);
        Complaint complaint = Complaint.ofObject(name);
        try {
            byte[] object = store.get(ObjectName.of(name));
            SignedObject.Content content = SignedObject.decode(object, name, Set.of(ObjectKind.OWNER), anchor);
            if (!content.signedBy().covers(group)) {
                return Optional.empty();
            }
            StrictJson json = StrictJson.parse(content.json(), MAX_SMALL_BYTES, complaint);
            if (!json.vault().equals(anchor.vault())
                    || !json.name("group").equals(group)
                    || json.number("epoch", 1, Integer.MAX_VALUE) != epoch) {
                throw complaint.because("it says something else than its name");
            }
            Owner owner = new Owner(group, epoch, json.name("owner"), Instant.ofEpochMilli(json.time("at")));
            return Optional.of(new OwnerClaim(
                    owner,
                    json.objectOrNull("after").map(after -> place(group, after, complaint)),
                    content.signedBy().writer(),
                    content.signedBy().role() == Role.OPERATOR));
        } catch (ObjectMissing e) {
            return Optional.empty();
        } catch (StoreException e) {
            throw e.toLifeboat();
        }
    }

    /** Why a signed point does not count that its epoch's owner has not put. */
    static LifeboatException notEntitled(Point point) {
        return new LifeboatException(
                ErrorCode.VAULT_OBJECT_DAMAGED,
                "%s was put by %s, who does not own the group."
                        .formatted(point.id().objectName(), point.manifest().writer()));
    }

    /** Why what stands behind a seal does not count. */
    static LifeboatException late(PointId id) {
        return new LifeboatException(
                ErrorCode.VAULT_OBJECT_DAMAGED, "%s came after the seal of its epoch.".formatted(id.objectName()));
    }

    static byte[] sha256(byte[] object) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(object);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }
}
