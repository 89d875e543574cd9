/**
 * Running machines into the vault. A protection group's machines are captured again and again; what changed since the
 * last published point becomes the next one. {@link dev.lifeboat.replication.Protection} says what is wanted,
 * {@link dev.lifeboat.replication.GroupReport} what became of it.
 */
@NullMarked
package dev.lifeboat.replication;

import org.jspecify.annotations.NullMarked;
