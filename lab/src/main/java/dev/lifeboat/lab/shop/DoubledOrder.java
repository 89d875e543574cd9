package dev.lifeboat.lab.shop;

/**
 * Two lines of one book that may not both be there: they have the same number or the same token.
 *
 * @param book where they stand
 * @param first the upper of the two
 * @param again the lower
 */
public record DoubledOrder(BookName book, Order first, Order again) {}
