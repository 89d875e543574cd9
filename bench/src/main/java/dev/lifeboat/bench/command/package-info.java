/** The commands {@code lifeboat bench seed}, {@code cycle} and {@code restore}. */
@NullMarked
package dev.lifeboat.bench.command;

import org.jspecify.annotations.NullMarked;
