/** The guard, as processes that are killed and stopped. */
@NullMarked
package dev.lifeboat.agent.guard;

import org.jspecify.annotations.NullMarked;
