package dev.lifeboat.lab.shop;

import java.time.Duration;
import java.time.Instant;

/**
 * A time in which the other side gave no sign of life: an outage as it is felt from outside.
 *
 * @param from the last sign before it, or the beginning of the watch
 * @param to the first sign after it, or the end of the watch
 * @param length how long it lasted; measured by itself, so that a clock that is set in between does not falsify it
 */
public record Silence(Instant from, Instant to, Duration length) {}
