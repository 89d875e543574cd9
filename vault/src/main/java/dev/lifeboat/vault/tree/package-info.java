/**
 * Trees: from a block's number to the slot that holds it. Nodes and their layout, copying on write, reading, and the
 * difference of two trees. The layouts are in {@code docs/formats/vault.md}, section "Trees".
 */
@NullMarked
package dev.lifeboat.vault.tree;

import org.jspecify.annotations.NullMarked;
