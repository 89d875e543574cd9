/**
 * The store that the business comes back from: recovery points of disks, encrypted before they leave, deduplicated, and
 * readable with nothing but the store, its specification and the key.
 *
 * <p>Start at {@link dev.lifeboat.vault.Vault}. A {@link dev.lifeboat.vault.WriterSession} adds points; a
 * {@link dev.lifeboat.vault.disk.DiskReader} reads their disks. The format is in {@code docs/formats/vault.md}, what is
 * protected from whom in {@code docs/threat-model.md}.
 */
@NullMarked
package dev.lifeboat.vault;

import org.jspecify.annotations.NullMarked;
