/** The commands of {@code lifeboat bench}. */
@NullMarked
package dev.lifeboat.bench.command;

import org.jspecify.annotations.NullMarked;
