/**
 * How an agent is asked how it stands, and told a few things: HTTP over a Unix socket that only root may use, and on a
 * port of the loopback interface if that was wanted. {@link dev.lifeboat.agent.endpoint.AgentEndpoint} answers,
 * {@link dev.lifeboat.agent.endpoint.AgentClient} asks.
 */
@NullMarked
package dev.lifeboat.agent.endpoint;

import org.jspecify.annotations.NullMarked;
