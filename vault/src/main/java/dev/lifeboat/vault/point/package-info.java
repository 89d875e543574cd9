/**
 * Recovery points: their names, what their manifests say, and the rules by which they are kept. The layouts are in
 * {@code docs/formats/vault.md}, section "Points".
 */
@NullMarked
package dev.lifeboat.vault.point;

import org.jspecify.annotations.NullMarked;
