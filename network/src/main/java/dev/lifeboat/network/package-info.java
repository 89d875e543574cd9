/**
 * The networks that recovered machines are put into: subnets, addresses, names, ways out and in, and bubbles for tests,
 * which have none. {@link dev.lifeboat.network.Networks} is the port; how a host does it stays behind it. Only IPv4:
 * nothing here carries IPv6, and what a guest sends of it stays on its own network.
 */
@NullMarked
package dev.lifeboat.network;

import org.jspecify.annotations.NullMarked;
