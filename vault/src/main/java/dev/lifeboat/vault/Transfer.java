package dev.lifeboat.vault;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.vault.key.Name;
import dev.lifeboat.vault.key.Signer;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Gives a group to another writer, as the operator does when a site is lost or left:
 *
 * <pre>
 * the old writer's epoch ──► sealed for failover ──► the next epoch has the new writer's name
 * </pre>
 *
 * Each step looks first whether it was done, so that who was stopped in the middle is gone on from, and the same
 * transfer twice is done once. In between nobody can add points; what was published before is never lost. Not for use
 * by several threads at once.
 */
public final class Transfer {

    private final Vault vault;
    private final String operator;
    private final Fence fence;
    private final Owners owners;

    /**
     * Who transfers.
     *
     * @param operator a signer with the role of the operator
     */
    public Transfer(Vault vault, Signer operator, Timekeeper time, RandomGenerator random) {
        this.vault = vault;
        this.operator = operator.certificate().writer();
        this.fence = new Fence(vault, operator, time, random);
        this.owners = new Owners(vault, operator, time, random);
    }

    /**
     * Makes a writer the one who adds the group's next point. Nothing is done when it is already.
     *
     * @return whether anything was done
     * @throws LifeboatException with {@link ErrorCode#VAULT_GROUP_OWNED_ELSEWHERE} when somebody else was named
     *     meanwhile, or {@link ErrorCode#VAULT_STORE_CONFLICT} when the store has something in the way of it: the same
     *     transfer once more goes on behind that
     */
    public boolean to(String group, String writer) {
        Name.require("writer", writer);
        if (vault.group(group).holder().equals(Optional.of(writer))) {
            return false;
        }
        Seal _ = fence.seal(group, Seal.Reason.FAILOVER, operator);
        Owner _ = owners.name(group, writer);
        return true;
    }
}
