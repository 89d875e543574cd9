package dev.lifeboat.nbd;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A server for one client after the other that says whatever a script tells it to. */
final class ScriptedServer implements AutoCloseable {

    static final int SIZE = 1 << 20;
    static final int CONTEXT = 5;

    /** What happens on one connection. */
    interface Script {
        void play(DataInputStream in, DataOutputStream out) throws IOException;
    }

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Thread thread;

    ScriptedServer(Script script) throws IOException {
        thread = Thread.ofVirtual().start(() -> {
            while (!listener.isClosed()) {
                try (Socket socket = listener.accept()) {
                    socket.setSoTimeout(10_000);
                    script.play(
                            new DataInputStream(socket.getInputStream()),
                            new DataOutputStream(socket.getOutputStream()));
                    // The client is to decide by what was said, not by the end that follows it.
                    socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                } catch (IOException _) {
                    // The client has had enough.
                }
            }
        });
    }

    NbdAddress address() {
        return NbdAddress.tcp("127.0.0.1", listener.getLocalPort());
    }

    /** An honest handshake with compact chunks and base:allocation; one request is read as well. */
    static void enter(DataInputStream in, DataOutputStream out) throws IOException {
        out.write(greeting());
        in.readInt();
        while (true) {
            in.readLong();
            int option = in.readInt();
            in.skipNBytes(in.readInt());
            switch (option) {
                case Protocol.OPT_STRUCTURED_REPLY -> out.write(reply(option, Protocol.REP_ACK, new byte[0]));
                case Protocol.OPT_SET_META_CONTEXT -> out.write(context());
                case Protocol.OPT_GO -> {
                    out.write(go());
                    return;
                }
                default -> out.write(reply(option, Protocol.REP_ERR_UNSUP, new byte[0]));
            }
        }
    }

    static byte[] greeting() {
        return ByteBuffer.allocate(Protocol.GREETING_BYTES)
                .putLong(Protocol.INIT_PASSWD)
                .putLong(Protocol.IHAVEOPT)
                .putShort((short) 3)
                .array();
    }

    static byte[] context() {
        byte[] name = Protocol.BASE_ALLOCATION.getBytes(StandardCharsets.UTF_8);
        ByteBuffer content =
                ByteBuffer.allocate(4 + name.length).putInt(CONTEXT).put(name);
        return join(
                reply(Protocol.OPT_SET_META_CONTEXT, Protocol.REP_META_CONTEXT, content.array()),
                reply(Protocol.OPT_SET_META_CONTEXT, Protocol.REP_ACK, new byte[0]));
    }

    static byte[] go() {
        byte[] info = ByteBuffer.allocate(12)
                .putShort((short) Protocol.INFO_EXPORT)
                .putLong(SIZE)
                .putShort((short) (Negotiated.HAS_FLAGS
                        | Negotiated.SEND_FLUSH
                        | Negotiated.SEND_FUA
                        | Negotiated.SEND_TRIM
                        | Negotiated.SEND_WRITE_ZEROES))
                .array();
        return join(
                reply(Protocol.OPT_GO, Protocol.REP_INFO, info), reply(Protocol.OPT_GO, Protocol.REP_ACK, new byte[0]));
    }

    static byte[] reply(int option, int type, byte[] content) {
        return ByteBuffer.allocate(Protocol.OPTION_REPLY_BYTES + content.length)
                .putLong(Protocol.OPTION_REPLY)
                .putInt(option)
                .putInt(type)
                .putInt(content.length)
                .put(content)
                .array();
    }

    static byte[] chunk(boolean last, int type, long cookie, byte[] payload) {
        return ByteBuffer.allocate(Protocol.STRUCTURED_REPLY_BYTES + payload.length)
                .putInt(Protocol.STRUCTURED_REPLY)
                .putShort((short) (last ? 1 : 0))
                .putShort((short) type)
                .putLong(cookie)
                .putInt(payload.length)
                .put(payload)
                .array();
    }

    static byte[] content(boolean last, long cookie, long offset, int length) {
        return chunk(
                last,
                Protocol.REPLY_OFFSET_DATA,
                cookie,
                ByteBuffer.allocate(8 + length).putLong(offset).array());
    }

    static byte[] hole(boolean last, long cookie, long offset, int length) {
        return chunk(
                last,
                Protocol.REPLY_OFFSET_HOLE,
                cookie,
                ByteBuffer.allocate(12).putLong(offset).putInt(length).array());
    }

    static byte[] extents(boolean last, long cookie, int context, int... lengthsAndFlags) {
        ByteBuffer payload = ByteBuffer.allocate(4 + 4 * lengthsAndFlags.length).putInt(context);
        for (int number : lengthsAndFlags) {
            payload.putInt(number);
        }
        return chunk(last, Protocol.REPLY_BLOCK_STATUS, cookie, payload.array());
    }

    static byte[] join(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer all = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        try {
            thread.join(10_000);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
