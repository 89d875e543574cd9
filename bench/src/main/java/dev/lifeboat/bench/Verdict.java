package dev.lifeboat.bench;

/**
 * Whether a gate was held.
 *
 * @param gate what it is about
 * @param against the peer; empty when there is none
 * @param measured the figure
 * @param limit what the gate asks for
 * @param atLeast whether the figure must be at least the limit, or at most
 * @param passed whether it was held
 */
public record Verdict(String gate, String against, double measured, double limit, boolean atLeast, boolean passed) {}
