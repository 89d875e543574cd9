/**
 * Realms on a Linux host: a bridge for each network, which the host itself is deaf on; a network namespace for each
 * realm, with the router, its firewall and its dnsmasq; and a pair of links to the host where something leads out.
 * docs/networks.md shows how it looks. Needs root, and the programs {@code ip}, {@code ss}, {@code nft},
 * {@code nsenter}, {@code sh} and {@code dnsmasq}.
 */
@NullMarked
package dev.lifeboat.network.linux;

import org.jspecify.annotations.NullMarked;
