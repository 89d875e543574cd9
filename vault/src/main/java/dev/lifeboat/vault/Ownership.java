package dev.lifeboat.vault;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.key.ObjectKind;
import dev.lifeboat.vault.key.StrictJson;
import dev.lifeboat.vault.point.PointId;
import dev.lifeboat.vault.store.ObjectName;
import dev.lifeboat.vault.store.Publication;
import dev.lifeboat.vault.store.StoreException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Where a writer's next point of a group goes, and whether it may go anywhere. */
final class Ownership {

    private final WriterSession session;
    private final Vault vault;

    Ownership(WriterSession session, Vault vault) {
        this.session = session;
        this.vault = vault;
    }

    /**
     * The next free slot of the epoch that belongs to the writer; an epoch that nobody owns is claimed.
     *
     * @throws LifeboatException with {@link ErrorCode#VAULT_GROUP_OWNED_ELSEWHERE}
     */
    PointId placeFor(String group, GroupLog log) {
        int epoch = log.epoch();
        Seal seal =
                log.last().map(last -> last instanceof Seal one ? one : null).orElse(null);
        if (seal == null) {
            claim(log, group, epoch, null);
            return log.nextSlot(epoch);
        }
        if (seal.reason() == Seal.Reason.FAILOVER && log.owner(epoch + 1).isEmpty()) {
            throw new LifeboatException(
                    ErrorCode.VAULT_GROUP_OWNED_ELSEWHERE,
                    "Group %s was sealed by %s at %s for a failover.".formatted(group, seal.by(), seal.at()));
        }
        if (log.owner(epoch).filter(this::isOurs).isEmpty()
                && log.owner(epoch + 1).isEmpty()) {
            throw ownedElsewhere(group, log.owner(epoch));
        }
        claim(log, group, epoch + 1, seal);
        return log.nextSlot(epoch + 1);
    }

    private void claim(GroupLog log, String group, int epoch, @Nullable Seal after) {
        Optional<Owner> owner = log.owner(epoch);
        if (owner.isEmpty()) {
            put(group, epoch, after);
            // Somebody may have been faster: what is there now counts.
            owner = vault.objects().owner(group, epoch);
            log.ownerIs(epoch, owner);
        }
        if (owner.filter(this::isOurs).isEmpty()) {
            throw ownedElsewhere(group, owner);
        }
    }

    private boolean isOurs(Owner owner) {
        return owner.writer().equals(session.writer());
    }

    private static LifeboatException ownedElsewhere(String group, Optional<Owner> owner) {
        return new LifeboatException(
                ErrorCode.VAULT_GROUP_OWNED_ELSEWHERE,
                "Group %s is owned by %s."
                        .formatted(group, owner.map(Owner::writer).orElse("nobody that can be made out")));
    }

    private void put(String group, int epoch, @Nullable Seal after) {
        ObjectNode json = StrictJson.object()
                .put("vault", vault.anchor().vault().hex())
                .put("group", group)
                .put("epoch", epoch)
                .put("owner", session.writer())
                .put("at", session.time().millis());
        if (after == null) {
            json.putNull("after");
        } else {
            json.putObject("after")
                    .put("epoch", after.id().epoch())
                    .put("slot", after.id().slot());
        }
        String name = Owner.objectName(group, epoch);
        byte[] object = session.sign(ObjectKind.OWNER, name, StrictJson.encode(json));
        try {
            // A conflict is no failure: the caller reads who was first.
            Publication.Result _ = Publication.publish(vault.store(), ObjectName.of(name), ByteBuffer.wrap(object));
        } catch (StoreException e) {
            throw e.toLifeboat();
        }
    }
}
