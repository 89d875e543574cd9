package dev.lifeboat.lab.shop;

import java.time.Instant;

/**
 * An order to which the shop gave a confirmation that is not one of this order.
 *
 * @param request what was asked for
 * @param at when the answer came
 * @param said the answer
 */
public record FalseConfirmation(OrderRequest request, Instant at, String said) {}
