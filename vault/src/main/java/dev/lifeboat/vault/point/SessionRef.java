package dev.lifeboat.vault.point;

import dev.lifeboat.vault.key.Name;
import dev.lifeboat.vault.key.SessionId;

/**
 * A session whose packs a point uses.
 *
 * @param writer whose session it was
 * @param session its id
 */
public record SessionRef(String writer, SessionId session) {

    public SessionRef {
        Name.require("writer", writer);
    }
}
