package dev.lifeboat.vault.key;

import java.util.Arrays;

/**
 * Overwrites secrets that a computation no longer needs. What the JVM copied meanwhile is out of reach. Thread-safe.
 */
final class Erasure {

    private Erasure() {}

    static void erase(byte[]... secrets) {
        for (byte[] secret : secrets) {
            Arrays.fill(secret, (byte) 0);
        }
    }
}
