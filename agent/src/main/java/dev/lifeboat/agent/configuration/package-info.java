/**
 * The agent's configuration: one YAML file, of which every line is either understood or refused.
 * {@link dev.lifeboat.agent.configuration.ConfigurationFile} reads it, {@code docs/agent.md} describes it, and
 * {@code agent.schema.json} beside these classes says the same for editors.
 */
@NullMarked
package dev.lifeboat.agent.configuration;

import org.jspecify.annotations.NullMarked;
