package dev.lifeboat.nbd;

import java.nio.file.Path;

/** Where a server listens. */
public sealed interface NbdAddress {

    /**
     * A Unix socket.
     *
     * @param path at most about 100 bytes long, a limit of the kernel
     */
    record Unix(Path path) implements NbdAddress {

        @Override
        public String toString() {
            return "unix:" + path;
        }
    }

    /**
     * TCP.
     *
     * @param host a name or a number
     * @param port 0 lets the system choose one for a server
     */
    record Tcp(String host, int port) implements NbdAddress {

        /** Checks the number. */
        public Tcp {
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("Not a port: " + port);
            }
        }

        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    /** A Unix socket. */
    static NbdAddress unix(Path path) {
        return new Unix(path);
    }

    /** A port of a host. */
    static NbdAddress tcp(String host, int port) {
        return new Tcp(host, port);
    }

    /** The port that the IANA has given to NBD. */
    static NbdAddress tcp(String host) {
        return new Tcp(host, Protocol.DEFAULT_PORT);
    }
}
