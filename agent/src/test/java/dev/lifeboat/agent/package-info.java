/** The agent by its commands, and its processes. */
@NullMarked
package dev.lifeboat.agent;

import org.jspecify.annotations.NullMarked;
