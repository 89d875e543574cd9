package dev.lifeboat.network;

/** A host for the contract's tests, with what its administrator can do to it. */
public interface TestNetworkHost {

    /** Its networks, as seen by a process that was started anew. */
    Networks connect() throws Exception;

    /** The host gets an address, such as {@code 192.0.2.1/24}. */
    void giveAddress(String address) throws Exception;

    /** A program of the host begins to listen on a port of TCP, at every address. */
    void listen(int port) throws Exception;

    /** The services of a realm are killed, and its router is taken away. */
    void breakApart(RealmId realm) throws Exception;

    /** Takes the host away with everything on it. */
    void close() throws Exception;
}
