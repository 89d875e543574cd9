/**
 * The Network Block Device protocol, as a client and as a server: fixed newstyle negotiation, structured replies, block
 * status, TLS. Nothing a peer sends can crash it, hang it, or make it take memory without bound.
 */
@NullMarked
package dev.lifeboat.nbd;

import org.jspecify.annotations.NullMarked;
