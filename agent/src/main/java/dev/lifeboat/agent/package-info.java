/**
 * The agent: the process on a hypervisor host that protects its machines. {@link dev.lifeboat.agent.RunningAgent} is
 * its composition root; the commands beside it start it and ask it how it stands.
 */
@NullMarked
package dev.lifeboat.agent;

import org.jspecify.annotations.NullMarked;
