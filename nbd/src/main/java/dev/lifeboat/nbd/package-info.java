/**
 * The Network Block Device protocol, as a client and as a server: fixed newstyle negotiation, structured replies,
 * extended headers, block status, TLS. Nothing a peer sends can crash it, hang it, or make it take memory without
 * bound.
 *
 * <p>{@link dev.lifeboat.nbd.NbdServer} offers {@link dev.lifeboat.nbd.NbdExport}s on a Unix socket, on TCP, or on
 * both. {@link dev.lifeboat.nbd.NbdClient} is one connection to an export of any server, and
 * {@link dev.lifeboat.nbd.NbdConnections} several connections to the same one. The source of everything here is
 * {@code doc/proto.md} of the NetworkBlockDevice project; extended headers follow its branch
 * {@code extension-ext-header}. {@code Protocol} has the layouts of all messages.
 *
 * <p>Sockets are blocking and are served by virtual threads. Time limits are kept by one thread for each server and for
 * each client that counts ticks and closes the socket of a peer that takes too long; a blocked thread wakes from that.
 * So nobody has to ask for the time, and no read or write carries a timer of its own.
 */
@NullMarked
package dev.lifeboat.nbd;

import org.jspecify.annotations.NullMarked;
