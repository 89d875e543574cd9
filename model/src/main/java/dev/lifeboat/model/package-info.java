/**
 * The vocabulary that every other part of Lifeboat speaks, and nothing else: the codes of the errors that a person can
 * meet, the outcomes of a command, the source of time. It depends on nothing but the JDK, so that any module may use
 * it.
 */
@NullMarked
package dev.lifeboat.model;

import org.jspecify.annotations.NullMarked;
