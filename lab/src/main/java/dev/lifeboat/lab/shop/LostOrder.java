package dev.lifeboat.lab.shop;

import java.time.Instant;

/**
 * An order that was confirmed and is not in a book as it was confirmed.
 *
 * @param order what was confirmed
 * @param confirmedAt when
 * @param trace what the book has in its place
 */
public record LostOrder(Order order, Instant confirmedAt, Trace trace) {

    /** What a book has in the place of a lost order. */
    public enum Trace {
        /** No order has its number. */
        MISSING,
        /** Its number belongs to another order, or to the same one with other contents. */
        DIFFERENT
    }
}
