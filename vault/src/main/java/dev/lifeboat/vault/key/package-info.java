/**
 * The keys of a vault and everything that is signed or sealed with them one at a time: root secret, sealed root,
 * recovery kit, credentials, certificates, signed objects and wrapped session keys, as {@code docs/formats/vault.md}
 * has them. It computes over bytes and knows of no store.
 */
@NullMarked
package dev.lifeboat.vault.key;

import org.jspecify.annotations.NullMarked;
