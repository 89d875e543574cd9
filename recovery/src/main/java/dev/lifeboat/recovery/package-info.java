/**
 * From a recovery point to machines that run on this host: {@link dev.lifeboat.recovery.Recoveries} is what is asked of
 * it, {@link dev.lifeboat.recovery.HostRecoveries} does it.
 *
 * <pre>
 * export    serves a machine's disks out of the vault, a process of its own that has the point's keys
 * relay     stands between QEMU and the export and waits for one that returns; has no key
 * overlay   takes what the machine writes, over the relay
 * </pre>
 */
@NullMarked
package dev.lifeboat.recovery;

import org.jspecify.annotations.NullMarked;
