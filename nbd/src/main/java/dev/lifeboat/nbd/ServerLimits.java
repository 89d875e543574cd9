package dev.lifeboat.nbd;

import java.time.Duration;

/**
 * What a server bears from its peers.
 *
 * @param connections at the same time; further ones are closed as they come
 * @param handshake for everything before the first request
 * @param stall how long a peer may leave a message half sent, or a reply unread, before it is dropped; kept to an
 *     eighth
 * @param close for ending all connections when the server is closed
 * @param requestBytes the longest read or write, at least 65,536 and at most 1 GiB
 * @param requests of one connection under way at the same time
 * @param connectionBytes of buffers for the requests of one connection, at least 256 KiB and the longest request
 *     rounded up to a power of two
 * @param totalBytes of buffers for the requests of all connections, at least that of one connection
 */
public record ServerLimits(
        int connections,
        Duration handshake,
        Duration stall,
        Duration close,
        int requestBytes,
        int requests,
        long connectionBytes,
        long totalBytes) {

    /**
     * For honest clients on a link of today: 64 connections, 10 s for the handshake, 30 s of silence, requests of 32
     * MiB, 32 of them and 64 MiB for each connection, 128 MiB for all.
     */
    public static final ServerLimits DEFAULT = new ServerLimits(
            64,
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(5),
            Protocol.MAX_PAYLOAD_BYTES,
            32,
            1L << 26,
            1L << 27);

    private static final int LEAST_REQUEST = 1 << 16;
    /** A long list of extents. */
    private static final int LEAST_CONNECTION = 1 << 18;

    private static final int MOST_REQUEST = 1 << 30;

    /** Checks that the limits can be kept together. */
    public ServerLimits {
        if (connections < 1 || requests < 1) {
            throw new IllegalArgumentException("A server without connections or requests serves nobody");
        }
        if (requestBytes < LEAST_REQUEST || requestBytes > MOST_REQUEST) {
            throw new IllegalArgumentException("Not a longest request: " + requestBytes);
        }
        long largestBuffer = (long) BufferPool.pages(requestBytes) * BufferPool.PAGE_BYTES;
        if (connectionBytes < Math.max(largestBuffer, LEAST_CONNECTION) || totalBytes < connectionBytes) {
            throw new IllegalArgumentException("The longest request does not fit: " + requestBytes);
        }
        if (!handshake.isPositive() || !stall.isPositive() || !close.isPositive()) {
            throw new IllegalArgumentException("A server needs some patience");
        }
    }

    /** With another number of connections. */
    public ServerLimits withConnections(int most) {
        return new ServerLimits(most, handshake, stall, close, requestBytes, requests, connectionBytes, totalBytes);
    }

    /** With other times. */
    public ServerLimits withTimes(Duration newHandshake, Duration newStall, Duration newClose) {
        return new ServerLimits(
                connections, newHandshake, newStall, newClose, requestBytes, requests, connectionBytes, totalBytes);
    }

    /** With another longest request and other budgets. */
    public ServerLimits withBytes(int newRequestBytes, long newConnectionBytes, long newTotalBytes) {
        return new ServerLimits(
                connections, handshake, stall, close, newRequestBytes, requests, newConnectionBytes, newTotalBytes);
    }

    /** With another number of requests under way. */
    public ServerLimits withRequests(int most) {
        return new ServerLimits(connections, handshake, stall, close, requestBytes, most, connectionBytes, totalBytes);
    }
}
