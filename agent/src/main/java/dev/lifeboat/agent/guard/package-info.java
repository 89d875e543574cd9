/**
 * The guard: a small process beside the agent that frees guests when the agent does not.
 * {@link dev.lifeboat.agent.guard.GuardCommand} is the process, {@link dev.lifeboat.agent.guard.GuardLink} the agent's
 * end of the socket between them.
 */
@NullMarked
package dev.lifeboat.agent.guard;

import org.jspecify.annotations.NullMarked;
