package dev.lifeboat.vault;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.vault.key.Name;
import dev.lifeboat.vault.key.ObjectKind;
import dev.lifeboat.vault.key.Role;
import dev.lifeboat.vault.key.Signer;
import dev.lifeboat.vault.store.Publication;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Names owners of groups, as the operator does at a failover, once the group is sealed. Not for use by several threads
 * at once.
 */
public final class Owners {

    private final SignedPuts puts;

    /**
     * Who names owners.
     *
     * @param operator a signer with the role of the operator: a writer can name nobody but itself
     */
    public Owners(Vault vault, Signer operator, Timekeeper time, RandomGenerator random) {
        if (operator.certificate().role() != Role.OPERATOR) {
            throw new IllegalArgumentException(
                    "%s is no operator".formatted(operator.certificate().writer()));
        }
        this.puts = new SignedPuts(vault, operator, time, random);
    }

    /**
     * Makes a writer the owner of the epoch after the seal; of the first epoch, when the group has no owner yet. To
     * name the same writer again is no mistake.
     *
     * @throws LifeboatException with {@link ErrorCode#VAULT_GROUP_OWNED_ELSEWHERE} when the epoch has another owner: it
     *     has to be sealed first; or {@link ErrorCode#VAULT_STORE_CONFLICT} when its owner cannot be made out, from
     *     which a further seal leads out as well
     */
    public Owner name(String group, String writer) {
        Name.require("group", group);
        Name.require("writer", writer);
        GroupLog log = puts.vault().group(group);
        int epoch = log.openEpoch();
        Optional<Owner> owner = log.owner(epoch);
        if (owner.isEmpty()) {
            put(puts, group, epoch, writer, log.seal(epoch - 1).orElse(null));
            // Somebody may have been faster: what is there now counts.
            owner = puts.vault().group(group).owner(epoch);
        }
        if (owner.isEmpty()) {
            throw new LifeboatException(
                    ErrorCode.VAULT_STORE_CONFLICT,
                    "%s was put by somebody without the right to.".formatted(Owner.objectName(group, epoch)));
        }
        if (!owner.get().writer().equals(writer)) {
            throw new LifeboatException(
                    ErrorCode.VAULT_GROUP_OWNED_ELSEWHERE,
                    "Group %s is owned by %s.".formatted(group, owner.get().writer()));
        }
        return owner.get();
    }

    /** Puts the object that names an owner, unless there is one: whoever calls reads what counts. */
    static void put(SignedPuts puts, String group, int epoch, String writer, @Nullable Seal after) {
        ObjectNode body = puts.body()
                .put("group", group)
                .put("epoch", epoch)
                .put("owner", writer)
                .put("at", puts.time().millis());
        if (after == null) {
            body.putNull("after");
        } else {
            body.putObject("after")
                    .put("epoch", after.id().epoch())
                    .put("slot", after.id().slot());
        }
        String name = Owner.objectName(group, epoch);
        Publication.Result _ = puts.put(name, puts.sign(ObjectKind.OWNER, name, body));
    }
}
