package dev.lifeboat.host;

import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/** The randomness of this computer, good enough for keys. The one class that asks the system for it. */
public final class SystemRandomness {

    private SystemRandomness() {}

    /** A source that nobody can foresee. Safe for use by several threads. */
    public static RandomGenerator secure() {
        return new SecureRandom();
    }
}
