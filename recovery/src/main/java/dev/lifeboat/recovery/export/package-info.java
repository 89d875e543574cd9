/**
 * Exports: a process for each recovered machine that serves its disks, as they were at a point, to a guest that runs.
 * {@link dev.lifeboat.recovery.export.ExportStarter} starts it with an
 * {@link dev.lifeboat.recovery.export.ExportOrder}, {@link dev.lifeboat.recovery.export.RunningExport} is the agent's
 * end of it, and {@link dev.lifeboat.recovery.export.ExportCommand} is the process itself.
 */
@NullMarked
package dev.lifeboat.recovery.export;

import org.jspecify.annotations.NullMarked;
