/**
 * Removes secrets from configuration files and logs, so that they can be sent to somebody.
 *
 * <p>{@link dev.lifeboat.cli.redaction.Redaction} applies one rule after the other: private keys in PEM, shapes that
 * are a secret by themselves, settings whose name announces one. Each rule makes a
 * {@link dev.lifeboat.cli.redaction.CleanCopy} of what the rule before it has left.
 */
@NullMarked
package dev.lifeboat.cli.redaction;

import org.jspecify.annotations.NullMarked;
