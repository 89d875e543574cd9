package dev.lifeboat.cli.redaction;

import java.util.function.Function;

/**
 * A text without its secrets.
 *
 * @param text what is left
 * @param removed how many secrets were removed
 */
public record Redacted(String text, int removed) {

    /** Applies one more rule to what is left. */
    Redacted then(Function<String, Redacted> rule) {
        Redacted next = rule.apply(text);
        return new Redacted(next.text, removed + next.removed);
    }
}
