package dev.lifeboat.lab.shop;

/** What came of one attempt to place an order. */
public sealed interface OrderAnswer {

    /** The shop has the order, from this attempt or from an earlier one. */
    record Confirmed(Order order) implements OrderAnswer {}

    /**
     * The shop does not want the order and never will.
     *
     * @param reason what it said
     */
    record Refused(String reason) implements OrderAnswer {}

    /**
     * Whether the shop has the order is unknown: the same request has to be sent again.
     *
     * @param reason what came instead of an answer
     */
    record Unanswered(String reason) implements OrderAnswer {}

    /**
     * The shop confirmed something else than what was asked for, or with a wrong checksum.
     *
     * @param said its answer
     */
    record FalselyConfirmed(String said) implements OrderAnswer {}
}
