package dev.lifeboat.lab.shop;

import org.jspecify.annotations.Nullable;

/**
 * An order in web's ledger that db does not have as well, although db has to have it first.
 *
 * @param ledger what web has
 * @param orders what db has under the same number, null when it has nothing
 */
public record Disagreement(Order ledger, @Nullable Order orders) {}
