package dev.lifeboat.agent;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.key.Name;

/** A machine's name from a command line. */
final class MachineName {

    private MachineName() {}

    /** @throws LifeboatException with {@link ErrorCode#AGENT_MACHINE_UNKNOWN} when no machine can be called so */
    static String required(String name) {
        if (!Name.isName(name)) {
            throw new LifeboatException(
                    ErrorCode.AGENT_MACHINE_UNKNOWN, "No machine that is protected is called \"%s\".".formatted(name));
        }
        return name;
    }
}
