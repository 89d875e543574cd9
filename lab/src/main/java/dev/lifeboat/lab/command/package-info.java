/** The {@code lifeboat lab} commands: they name a lab, call it, and say what happened. */
@NullMarked
package dev.lifeboat.lab.command;

import org.jspecify.annotations.NullMarked;
