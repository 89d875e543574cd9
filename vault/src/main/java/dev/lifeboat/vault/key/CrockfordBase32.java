package dev.lifeboat.vault.key;

/**
 * Crockford's Base32, as a person reads it aloud and types it: capitals and small letters are the same, O is 0, I and L
 * are 1, and U does not occur. Thread-safe.
 */
final class CrockfordBase32 {

    /** How many bits a character has. */
    static final int BITS = 5;

    private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final int MASK = (1 << BITS) - 1;

    private CrockfordBase32() {}

    static char character(int value) {
        return ALPHABET.charAt(value & MASK);
    }

    /** The value of a character; negative if it has none. */
    static int value(char typed) {
        char capital = typed >= 'a' && typed <= 'z' ? (char) (typed - 'a' + 'A') : typed;
        return switch (capital) {
            case 'O' -> 0;
            case 'I', 'L' -> 1;
            default -> ALPHABET.indexOf(capital);
        };
    }
}
