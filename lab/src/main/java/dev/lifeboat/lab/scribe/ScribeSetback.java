package dev.lifeboat.lab.scribe;

import java.time.Instant;

/**
 * Scribe announced a lower number than before: it was brought back from an older point.
 *
 * @param before the number announced last
 * @param after the lower number announced next
 * @param at when the lower number was announced
 */
public record ScribeSetback(long before, long after, Instant at) {}
