package dev.lifeboat.vault.key;

import java.util.HexFormat;
import java.util.Optional;

/** Lower-case hexadecimal, and nothing else: one value has one text. Thread-safe. */
final class Hexadecimal {

    private static final String DIGITS = "0123456789abcdef";

    private Hexadecimal() {}

    static Optional<byte[]> parse(String text, int bytes) {
        return text.length() == 2 * bytes ? parse(text) : Optional.empty();
    }

    static Optional<byte[]> parse(String text) {
        if (text.length() % 2 != 0 || text.chars().anyMatch(digit -> DIGITS.indexOf(digit) < 0)) {
            return Optional.empty();
        }
        return Optional.of(HexFormat.of().parseHex(text));
    }
}
