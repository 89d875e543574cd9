/**
 * Looking through a vault for what is damaged or missing, from the points down to every stored block. Nothing is
 * changed, and what looks wrong is read again before it is believed.
 */
@NullMarked
package dev.lifeboat.vault.verify;

import org.jspecify.annotations.NullMarked;
