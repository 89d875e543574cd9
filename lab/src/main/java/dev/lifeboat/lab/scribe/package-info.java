/**
 * The small guest that writes numbered records to a raw disk, as seen from outside: the layout of a record, the audit
 * that tells from a disk which records are there, and the watcher that remembers which were announced.
 *
 * <p>The format is described in {@code docs/formats/scribe-record.md}.
 */
@NullMarked
package dev.lifeboat.lab.scribe;

import org.jspecify.annotations.NullMarked;
