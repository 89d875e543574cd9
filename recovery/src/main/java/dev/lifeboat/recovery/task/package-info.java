/**
 * Recoveries as tasks of a process that stands: given by somebody who may go away, worked on meanwhile, asked about as
 * often as one likes. {@link dev.lifeboat.recovery.task.RecoveryTasks} is the port.
 */
@NullMarked
package dev.lifeboat.recovery.task;

import org.jspecify.annotations.NullMarked;
