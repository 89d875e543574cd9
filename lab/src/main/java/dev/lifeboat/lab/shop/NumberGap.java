package dev.lifeboat.lab.shop;

/**
 * Numbers that db's book leaves out, although they are given without gaps.
 *
 * @param from the first number that is missing
 * @param to the last number that is missing, at least {@code from}
 */
public record NumberGap(long from, long to) {}
