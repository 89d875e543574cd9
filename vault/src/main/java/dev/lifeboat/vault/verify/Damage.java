package dev.lifeboat.vault.verify;

import dev.lifeboat.model.LifeboatException;
import java.util.Optional;

/** Tells a damaged object from a store that does not answer. */
final class Damage {

    /** What went wrong once may have gone wrong on its way; what goes wrong as often as this lies in the store so. */
    private static final int READINGS = 2;

    /** Something that reads objects of the vault. */
    @FunctionalInterface
    interface Reading<T> {
        /** Reads; fails with what is wrong. */
        T read();
    }

    /** Either what was read, or why it cannot be. */
    record Result<T>(Optional<T> content, String problem) {}

    private Damage() {}

    /**
     * Reads, and reads again before it believes in damage.
     *
     * @throws LifeboatException when the store itself fails, which says nothing about the object
     */
    static <T> Result<T> twice(Reading<T> reading) {
        for (int done = 1; ; done++) {
            try {
                return new Result<>(Optional.of(reading.read()), "");
            } catch (LifeboatException e) {
                if (!isDamage(e)) {
                    throw e;
                }
                if (done == READINGS) {
                    return new Result<>(Optional.empty(), String.valueOf(e.getMessage()));
                }
            }
        }
    }

    /** A flipped byte where the version stands looks like a newer format. */
    private static boolean isDamage(LifeboatException e) {
        return switch (e.code()) {
            case VAULT_OBJECT_DAMAGED, VAULT_OBJECT_MISSING, VAULT_FORMAT_UNKNOWN -> true;
            default -> false;
        };
    }
}
