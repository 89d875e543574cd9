package dev.lifeboat.vault.key;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;

/** Turns what is wrong with some bytes into the failure that names the thing they are of. */
@FunctionalInterface
public interface Complaint {

    /**
     * The failure, to be thrown by the caller.
     *
     * @param wrong what is wrong, a clause such as "its signature does not fit"
     */
    LifeboatException because(String wrong);

    /** Complains of a damaged object of a vault. */
    static Complaint ofObject(String objectName) {
        return wrong -> new LifeboatException(
                ErrorCode.VAULT_OBJECT_DAMAGED, "The object %s is damaged: %s.".formatted(objectName, wrong));
    }
}
