package dev.lifeboat.cli.redaction;

/**
 * A stretch of a text that is a secret.
 *
 * @param start where it begins
 * @param end behind its last character
 * @param shown what stands in its place
 */
record Stretch(int start, int end, String shown) {

    boolean isEmpty() {
        return start >= end;
    }
}
