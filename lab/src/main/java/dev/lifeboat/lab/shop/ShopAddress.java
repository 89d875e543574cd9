package dev.lifeboat.lab.shop;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Where a service of the lab is to be found. Customers are moved by DNS, so the address is asked for before every
 * attempt and remembered by nobody. Implementations open what sockets they need in the calling thread, for that thread
 * may live in a network namespace of its own.
 */
@FunctionalInterface
public interface ShopAddress {

    /**
     * The address at this moment.
     *
     * @return a resolved address
     * @throws IOException when nobody can say now; asking again may help
     */
    InetSocketAddress resolve() throws IOException;

    /** An address that never changes. */
    static ShopAddress fixed(InetAddress host, int port) {
        InetSocketAddress address = new InetSocketAddress(host, port);
        return () -> address;
    }
}
