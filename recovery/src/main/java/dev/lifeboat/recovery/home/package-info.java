/**
 * The way home of a machine's disks: an overlay over the old disk follows points of the vault while the other site
 * serves ({@link dev.lifeboat.recovery.home.Follow}), what the old disk has that nobody else has is published before
 * ({@link dev.lifeboat.recovery.home.Salvage}), and at the end the overlay is taken into the old disk, of a machine
 * that is off ({@link dev.lifeboat.recovery.home.HomeCommit}) or runs ({@link dev.lifeboat.recovery.home.LiveCommit}).
 */
@NullMarked
package dev.lifeboat.recovery.home;

import org.jspecify.annotations.NullMarked;
