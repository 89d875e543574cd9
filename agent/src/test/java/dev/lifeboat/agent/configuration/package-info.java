/** Configurations that are right and wrong. */
@NullMarked
package dev.lifeboat.agent.configuration;

import org.jspecify.annotations.NullMarked;
