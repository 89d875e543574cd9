/**
 * The lab's sample workload as seen from outside: the customer who places orders and remembers what was confirmed to
 * it, the two books that the shop's machines keep, and the audit that sets the one against the other. The customer is
 * the judge: what was confirmed to it has to be in the books, whatever happened to the machines.
 *
 * <p>The formats are described in {@code docs/formats/shop-books.md}.
 */
@NullMarked
package dev.lifeboat.lab.shop;

import org.jspecify.annotations.NullMarked;
