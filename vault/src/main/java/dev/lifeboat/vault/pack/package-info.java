/**
 * Packs: what blocks and nodes are stored in. Sealing and opening of single slots, the building of packs by several
 * threads at once, and their table. The layouts are in {@code docs/formats/vault.md}, section "Packs".
 */
@NullMarked
package dev.lifeboat.vault.pack;

import org.jspecify.annotations.NullMarked;
