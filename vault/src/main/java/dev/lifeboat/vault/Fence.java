package dev.lifeboat.vault;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.vault.key.Name;
import dev.lifeboat.vault.key.ObjectKind;
import dev.lifeboat.vault.key.Signer;
import dev.lifeboat.vault.point.PointId;
import dev.lifeboat.vault.store.Publication;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import tools.jackson.databind.node.ObjectNode;

/**
 * Ends epochs. When {@link #seal} has returned, no further point of the sealed epoch comes to exist, whoever was about
 * to publish one; and nothing that was published before is lost. Not for use by several threads at once.
 */
public final class Fence {

    /** An owner that publishes faster than one can seal, or a store full of void slots, is more than a delay. */
    private static final int MOST_TAKEN_SLOTS = 1000;

    private final SignedPuts puts;

    /**
     * Who seals.
     *
     * @param signer the operator, or a writer with the right to the groups
     */
    public Fence(Vault vault, Signer signer, Timekeeper time, RandomGenerator random) {
        this.puts = new SignedPuts(vault, signer, time, random);
    }

    /**
     * Seals the current epoch of a group at its next free slot; a group without any gets its seal in slot 1 of epoch 1.
     * Where the group is sealed already and nobody has begun the next epoch, that seal is the answer; but a failover is
     * not content with the collector's seal, after which the owner may go on, and seals the next epoch too.
     *
     * @param by the name of who wants it
     * @return the seal that ends the newest epoch
     * @throws LifeboatException with {@link ErrorCode#VAULT_GROUP_NOT_GRANTED} when the signer has no right to the
     *     group, or a certificate too long for a seal; or {@link ErrorCode#VAULT_STORE_CONFLICT} when no slot was free
     */
    public Seal seal(String group, Seal.Reason reason, String by) {
        Name.require("group", group);
        Name.require("sealing party", by);
        puts.signer().certificate().requireCovers(group);
        GroupLog log = puts.vault().group(group);
        int epoch = log.epoch();
        Optional<Seal> ended = log.seal(epoch);
        if (ended.isPresent()) {
            if (suffices(ended.get(), reason) && !puts.isTaken(Owner.objectName(group, epoch + 1))) {
                return ended.get();
            }
            epoch++;
        }
        PointId place = log.nextSlot(epoch);
        for (int tries = 0; tries < MOST_TAKEN_SLOTS; tries++) {
            Instant at = puts.time().instant();
            Publication.Result result = puts.put(place.objectName(), object(place, reason, by, at));
            if (result != Publication.Result.CONFLICT) {
                return new Seal(place, reason, by, at);
            }
            Slot there = puts.vault().objects().slot(place).orElse(null);
            if (there instanceof Seal other) {
                if (suffices(other, reason)) {
                    return other;
                }
                place = new PointId(group, place.epoch() + 1, 1);
            } else {
                place = place.next();
            }
        }
        throw new LifeboatException(
                ErrorCode.VAULT_STORE_CONFLICT,
                "Group %s could not be sealed: %d slots up to %s were taken."
                        .formatted(group, MOST_TAKEN_SLOTS, place));
    }

    private static boolean suffices(Seal there, Seal.Reason wanted) {
        return there.reason() == Seal.Reason.FAILOVER || wanted == Seal.Reason.COLLECTOR;
    }

    private byte[] object(PointId place, Seal.Reason reason, String by, Instant at) {
        ObjectNode body = puts.body()
                .put("group", place.group())
                .put("epoch", place.epoch())
                .put("slot", place.slot())
                .put("reason", reason.code())
                .put("by", by)
                .put("at", at.toEpochMilli());
        byte[] object = puts.sign(ObjectKind.SEAL, place.objectName(), body);
        if (object.length > Seal.MAX_BYTES) {
            throw new LifeboatException(
                    ErrorCode.VAULT_GROUP_NOT_GRANTED,
                    "The certificate of %s names too many groups to seal with; the operator can."
                            .formatted(puts.signer().certificate().writer()));
        }
        return object;
    }
}
