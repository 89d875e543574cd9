/**
 * Assembles the {@code lifeboat} command from all the other modules: the only place that sees every one of them, and
 * the composition root in which what they share is made.
 */
@NullMarked
package dev.lifeboat.distribution;

import org.jspecify.annotations.NullMarked;
