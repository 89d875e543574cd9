package dev.lifeboat.nbd;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A client that says whatever it is told to. All its waits end after some seconds. */
final class RawPeer implements AutoCloseable {

    private static final int WAIT_MILLIS = 10_000;

    final DataInputStream in;
    final DataOutputStream out;
    private final Socket socket = new Socket();

    RawPeer(NbdAddress address) throws IOException {
        if (!(address instanceof NbdAddress.Tcp(String host, int port))) {
            throw new IllegalArgumentException("Not TCP: " + address);
        }
        socket.setReceiveBufferSize(1 << 14);
        socket.connect(new InetSocketAddress(host, port), WAIT_MILLIS);
        socket.setSoTimeout(WAIT_MILLIS);
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
    }

    /** Exchanges greetings. */
    RawPeer greeted() throws IOException {
        in.readFully(new byte[Protocol.GREETING_BYTES]);
        out.writeInt(Protocol.FLAG_FIXED_NEWSTYLE | Protocol.FLAG_NO_ZEROES);
        return this;
    }

    /** Enters the default export with structured replies and base:allocation. */
    RawPeer entered() throws IOException {
        greeted();
        out.write(entering());
        while (in.read() >= 0) {
            in.skipNBytes(Long.BYTES - 1);
            int option = in.readInt();
            int type = in.readInt();
            in.skipNBytes(in.readInt());
            if (type < 0) {
                throw new IOException("option " + option + " failed");
            }
            if (option == Protocol.OPT_GO && type == Protocol.REP_ACK) {
                return this;
            }
        }
        throw new IOException("the server has gone");
    }

    /** What a client says after the greeting to enter the default export. */
    static byte[] entering() {
        ByteBuffer bytes = ByteBuffer.allocate(1024);
        option(bytes, Protocol.OPT_STRUCTURED_REPLY, new byte[0]);
        byte[] context = Protocol.BASE_ALLOCATION.getBytes(StandardCharsets.UTF_8);
        ByteBuffer query = ByteBuffer.allocate(12 + context.length)
                .putInt(0)
                .putInt(1)
                .putInt(context.length)
                .put(context);
        option(bytes, Protocol.OPT_SET_META_CONTEXT, query.array());
        option(bytes, Protocol.OPT_GO, new byte[6]);
        byte[] said = new byte[bytes.position()];
        bytes.get(0, said);
        return said;
    }

    static void option(ByteBuffer into, int option, byte[] content) {
        into.putLong(Protocol.IHAVEOPT).putInt(option).putInt(content.length).put(content);
    }

    static byte[] request(int flags, int command, long cookie, long offset, int length) {
        return ByteBuffer.allocate(Protocol.REQUEST_BYTES)
                .putInt(Protocol.REQUEST)
                .putShort((short) flags)
                .putShort((short) command)
                .putLong(cookie)
                .putLong(offset)
                .putInt(length)
                .array();
    }

    /** Sends an option and gives the type of its first reply. */
    int ask(int option, byte[] content) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Protocol.OPTION_BYTES + content.length);
        option(bytes, option, content);
        out.write(bytes.array());
        if (in.readLong() != Protocol.OPTION_REPLY || in.readInt() != option) {
            throw new IOException("not a reply to option " + option);
        }
        int type = in.readInt();
        in.skipNBytes(in.readInt());
        return type;
    }

    /** Reads one structured chunk and gives the number of its error, or 0. */
    int error() throws IOException {
        if (in.readInt() != Protocol.STRUCTURED_REPLY) {
            throw new IOException("not a chunk");
        }
        in.readUnsignedShort();
        int type = in.readUnsignedShort();
        in.readLong();
        int length = in.readInt();
        if (type != Protocol.REPLY_ERROR) {
            in.skipNBytes(length);
            return 0;
        }
        int error = in.readInt();
        in.skipNBytes(length - Integer.BYTES);
        return error;
    }

    /** Reads until the other side ends the connection. */
    void awaitEnd() throws IOException {
        try {
            while (in.read(new byte[1 << 16]) >= 0) {
                // What it still says does not matter.
            }
        } catch (java.net.SocketException _) {
            // It has ended it the hard way.
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
