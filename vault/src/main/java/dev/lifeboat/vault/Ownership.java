package dev.lifeboat.vault;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.point.PointId;
import java.util.Optional;

/** Where a writer's next point of a group goes, and whether it may go anywhere. */
final class Ownership {

    private final String writer;
    private final SignedPuts puts;

    /** @param puts as the writer */
    Ownership(SignedPuts puts) {
        this.writer = puts.signer().certificate().writer();
        this.puts = puts;
    }

    /**
     * The next free slot of the epoch that belongs to the writer; an epoch that nobody owns is claimed.
     *
     * @throws LifeboatException with {@link ErrorCode#VAULT_GROUP_OWNED_ELSEWHERE}
     */
    PointId placeFor(String group, GroupLog log) {
        int epoch = log.openEpoch();
        if (log.owner(epoch).isEmpty()) {
            claim(log, group, epoch);
        }
        Optional<Owner> owner = log.owner(epoch);
        if (owner.filter(one -> one.writer().equals(writer)).isEmpty()) {
            throw new LifeboatException(
                    ErrorCode.VAULT_GROUP_OWNED_ELSEWHERE,
                    "Group %s is owned by %s."
                            .formatted(group, owner.map(Owner::writer).orElse("nobody that can be made out")));
        }
        return log.nextSlot(epoch);
    }

    private void claim(GroupLog log, String group, int epoch) {
        Optional<Seal> after = log.seal(epoch - 1);
        if (!log.mayClaim(writer, epoch)) {
            throw new LifeboatException(
                    ErrorCode.VAULT_GROUP_OWNED_ELSEWHERE,
                    after.map(seal -> "Group %s was sealed by %s at %s for the reason \"%s\"."
                                    .formatted(
                                            group,
                                            seal.by(),
                                            seal.at(),
                                            seal.reason().code()))
                            .orElse("Group %s is not free.".formatted(group)));
        }
        Owners.put(puts, group, epoch, writer, after.orElse(null));
        // Somebody may have been faster: what is there now counts.
        log.readOwnerAgain(epoch);
    }
}
