/**
 * Scenarios from end to end, against the finished command and real machines: what a person would type, what they would
 * see, and what must stand afterwards. Tests only.
 */
@NullMarked
package dev.lifeboat.simulation;

import org.jspecify.annotations.NullMarked;
