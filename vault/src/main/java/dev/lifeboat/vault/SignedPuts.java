package dev.lifeboat.vault;

import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.vault.key.ObjectKind;
import dev.lifeboat.vault.key.SignedObject;
import dev.lifeboat.vault.key.Signer;
import dev.lifeboat.vault.key.StrictJson;
import dev.lifeboat.vault.store.ObjectName;
import dev.lifeboat.vault.store.Publication;
import dev.lifeboat.vault.store.StoreException;
import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;
import tools.jackson.databind.node.ObjectNode;

/**
 * Signs objects and puts them, each once.
 *
 * @param vault where they go
 * @param signer who signs
 * @param time what they say of when
 * @param random gives their salts
 */
record SignedPuts(Vault vault, Signer signer, Timekeeper time, RandomGenerator random) {

    /** A body that says which vault it is of, to be filled. */
    ObjectNode body() {
        return StrictJson.object().put("vault", vault.anchor().vault().hex());
    }

    /** The object with this body. */
    byte[] sign(ObjectKind kind, String objectName, ObjectNode body) {
        return SignedObject.encode(kind, objectName, StrictJson.encode(body), vault.anchor(), signer, random);
    }

    /** Puts an object unless its name is taken; the same bytes are sent again until it is known how it ended. */
    Publication.Result put(String objectName, byte[] object) {
        try {
            return Publication.publish(vault.store(), ObjectName.of(objectName), ByteBuffer.wrap(object));
        } catch (StoreException e) {
            throw e.toLifeboat();
        }
    }

    /** Whether anything has this name. */
    boolean isTaken(String objectName) {
        try {
            return vault.store().head(ObjectName.of(objectName)).isPresent();
        } catch (StoreException e) {
            throw e.toLifeboat();
        }
    }
}
