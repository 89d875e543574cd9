package dev.lifeboat.nbd;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/** The client's side of option haggling, for one thread. Its caller limits its time. */
final class ClientHandshake {

    /** The longest reply that has a meaning: a name and a description. */
    private static final int MAX_REPLY_BYTES = 2 * Protocol.MAX_STRING_BYTES + 64;
    /** Exports of a server and contexts of an export; more would be no list for anybody. */
    private static final int MAX_REPLIES = 10_000;

    private static final int EXPORT_BYTES = Short.BYTES + Long.BYTES + Short.BYTES;
    private static final int SIZES_BYTES = Short.BYTES + 3 * Integer.BYTES;

    private final NbdClient.Settings settings;
    private final Patience unlimited = new Patience();
    private final WireInput input;
    private Wire wire;
    private boolean fixed;
    private boolean noZeroes;
    private Headers headers = Headers.SIMPLE;
    private final Map<Integer, String> contexts = new LinkedHashMap<>();

    ClientHandshake(NbdClient.Settings settings, Wire wire, WireInput input) {
        this.settings = settings;
        this.wire = wire;
        this.input = input;
    }

    /** The wire to go on with: TLS may have begun. */
    Wire wire() {
        return wire;
    }

    /** Agrees on everything and leaves the server waiting for requests. */
    Session enter() throws IOException {
        greet();
        agreeOnHeaders();
        selectContexts();
        if (!fixed) {
            return enterByName();
        }
        byte[] name = settings.export().getBytes(StandardCharsets.UTF_8);
        short[] questions = {Protocol.INFO_BLOCK_SIZE, Protocol.INFO_DESCRIPTION};
        ByteBuffer content = ByteBuffer.allocate(Integer.BYTES + name.length + Short.BYTES * (1 + questions.length))
                .putInt(name.length)
                .put(name)
                .putShort((short) questions.length);
        for (short question : questions) {
            content.putShort(question);
        }
        ask(Protocol.OPT_GO, content.array());
        long size = -1;
        int flags = 0;
        BlockSizes sizes = BlockSizes.DEFAULT;
        String description = "";
        for (int count = 0; count < MAX_REPLIES; count++) {
            OptionReply reply = reply(Protocol.OPT_GO);
            if (reply.type == Protocol.REP_ERR_UNSUP && headers != Headers.EXTENDED) {
                return enterByName();
            }
            if (reply.type == Protocol.REP_ACK) {
                if (size < 0) {
                    throw NbdException.broken("the server lets us in without telling the size");
                }
                return new Session(size, flags, sizes, headers, contexts, description);
            }
            reply.mustBe(Protocol.REP_INFO, "the export cannot be had");
            ByteBuffer info = reply.content;
            int type = info.remaining() < Short.BYTES ? -1 : info.getShort(0);
            if (type == Protocol.INFO_EXPORT && info.remaining() == EXPORT_BYTES) {
                size = size(info.getLong(Short.BYTES));
                flags = Short.toUnsignedInt(info.getShort(Short.BYTES + Long.BYTES));
            } else if (type == Protocol.INFO_BLOCK_SIZE && info.remaining() == SIZES_BYTES) {
                sizes = sizes(info.position(Short.BYTES));
            } else if (type == Protocol.INFO_DESCRIPTION) {
                description = StandardCharsets.UTF_8
                        .decode(info.position(Short.BYTES))
                        .toString();
            } else if (type < 0 || type == Protocol.INFO_EXPORT || type == Protocol.INFO_BLOCK_SIZE) {
                throw NbdException.broken("a description of the export has the wrong length");
            }
        }
        throw NbdException.broken("the server describes the export without end");
    }

    /** Asks for the names of all exports and says good-bye. */
    List<NbdClient.Listed> list() throws IOException {
        greet();
        if (!fixed) {
            throw NbdException.refused("the server is too old to list its exports");
        }
        ask(Protocol.OPT_LIST, new byte[0]);
        List<NbdClient.Listed> exports = new ArrayList<>();
        while (true) {
            OptionReply reply = reply(Protocol.OPT_LIST);
            if (reply.type == Protocol.REP_ACK) {
                break;
            }
            reply.mustBe(Protocol.REP_SERVER, "the exports cannot be listed");
            ByteBuffer entry = reply.content;
            int length = entry.remaining() < Integer.BYTES ? -1 : entry.getInt();
            if (length < 0 || length > entry.remaining() || exports.size() >= MAX_REPLIES) {
                throw NbdException.broken("the list of exports is malformed or too long");
            }
            String name = StandardCharsets.UTF_8
                    .decode(entry.slice(entry.position(), length))
                    .toString();
            String description = StandardCharsets.UTF_8
                    .decode(entry.position(entry.position() + length))
                    .toString();
            exports.add(new NbdClient.Listed(name, description));
        }
        ask(Protocol.OPT_ABORT, new byte[0]);
        try {
            reply(Protocol.OPT_ABORT);
        } catch (EOFException _) {
            // Old servers close the connection instead of answering.
        }
        return exports;
    }

    private void greet() throws IOException {
        input.need(Protocol.GREETING_BYTES);
        if (input.getLong() != Protocol.INIT_PASSWD || input.getLong() != Protocol.IHAVEOPT) {
            throw NbdException.broken("this is no NBD server, or a very old one");
        }
        int flags = input.getUnsignedShort();
        fixed = (flags & Protocol.FLAG_FIXED_NEWSTYLE) != 0;
        noZeroes = (flags & Protocol.FLAG_NO_ZEROES) != 0;
        ByteBuffer answer = ByteBuffer.allocate(Integer.BYTES)
                .putInt(flags & (Protocol.FLAG_FIXED_NEWSTYLE | Protocol.FLAG_NO_ZEROES));
        wire.write(unlimited, answer.flip());
        NbdClient.Tls tls = settings.tls();
        if (tls != null) {
            startTls(tls);
        }
    }

    private void startTls(NbdClient.Tls tls) throws IOException {
        if (!fixed) {
            throw NbdException.refused("the server is too old for TLS");
        }
        ask(Protocol.OPT_STARTTLS, new byte[0]);
        reply(Protocol.OPT_STARTTLS).mustBe(Protocol.REP_ACK, "the server does not talk TLS");
        input.nothingMore();
        int port = settings.address() instanceof NbdAddress.Tcp(String _, int number) ? number : 0;
        SSLEngine engine = tls.context().createSSLEngine(tls.serverName(), port);
        engine.setUseClientMode(true);
        if (!tls.serverName().isEmpty()) {
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            engine.setSSLParameters(parameters);
        }
        TlsWire protectedWire = TlsWire.over(wire, engine, unlimited);
        input.switchTo(protectedWire);
        wire = protectedWire;
    }

    private void agreeOnHeaders() throws IOException {
        if (!fixed) {
            return;
        }
        if (settings.extendedHeaders() && accepted(Protocol.OPT_EXTENDED_HEADERS)) {
            headers = Headers.EXTENDED;
        } else if (settings.structuredReplies() && accepted(Protocol.OPT_STRUCTURED_REPLY)) {
            headers = Headers.STRUCTURED;
        }
    }

    private boolean accepted(int option) throws IOException {
        ask(option, new byte[0]);
        OptionReply reply = reply(option);
        if (reply.type == Protocol.REP_ERR_TLS_REQD) {
            reply.mustBe(Protocol.REP_ACK, "the server demands TLS");
        }
        if (reply.type != Protocol.REP_ACK && reply.type >= 0) {
            throw NbdException.broken("an option is answered with " + reply.type);
        }
        return reply.type == Protocol.REP_ACK;
    }

    private void selectContexts() throws IOException {
        if (!headers.chunks() || settings.contexts().isEmpty()) {
            return;
        }
        byte[] name = settings.export().getBytes(StandardCharsets.UTF_8);
        List<byte[]> queries = settings.contexts().stream()
                .map(context -> context.getBytes(StandardCharsets.UTF_8))
                .toList();
        int length = 2 * Integer.BYTES
                + name.length
                + queries.stream()
                        .mapToInt(query -> Integer.BYTES + query.length)
                        .sum();
        ByteBuffer content =
                ByteBuffer.allocate(length).putInt(name.length).put(name).putInt(queries.size());
        queries.forEach(query -> content.putInt(query.length).put(query));
        ask(Protocol.OPT_SET_META_CONTEXT, content.array());
        while (true) {
            OptionReply reply = reply(Protocol.OPT_SET_META_CONTEXT);
            if (reply.type < 0 && reply.type != Protocol.REP_ERR_TLS_REQD) {
                // A server without metadata, or without this export: choosing the export says more than we could.
                contexts.clear();
                return;
            }
            if (reply.type == Protocol.REP_ACK) {
                return;
            }
            reply.mustBe(Protocol.REP_META_CONTEXT, "the server does not tell of its contexts");
            if (reply.content.remaining() <= Integer.BYTES
                    || contexts.size() >= settings.contexts().size()) {
                throw NbdException.broken("the server tells of contexts that nobody asked for");
            }
            int id = reply.content.getInt();
            String context = StandardCharsets.UTF_8.decode(reply.content).toString();
            if (!settings.contexts().contains(context)
                    || contexts.containsValue(context)
                    || contexts.putIfAbsent(id, context) != null) {
                throw NbdException.broken("the server tells of a context twice, or of one that nobody asked for");
            }
        }
    }

    private Session enterByName() throws IOException {
        ask(Protocol.OPT_EXPORT_NAME, settings.export().getBytes(StandardCharsets.UTF_8));
        int bytes = Long.BYTES + Short.BYTES;
        // The server can say no in one way only.
        if (!input.next(bytes)) {
            throw NbdException.refused("the server has no export \"" + settings.export() + "\"");
        }
        long size = size(input.getLong());
        int flags = input.getUnsignedShort();
        if (!noZeroes) {
            input.skip(Protocol.EXPORT_NAME_ZEROES);
        }
        return new Session(size, flags, BlockSizes.DEFAULT, headers, contexts, "");
    }

    private static long size(long size) throws NbdException {
        if (size < 0) {
            throw NbdException.broken("an export of " + Long.toUnsignedString(size) + " bytes");
        }
        return size;
    }

    private static BlockSizes sizes(ByteBuffer info) throws NbdException {
        int minimum = info.getInt();
        int preferred = info.getInt();
        long payload = Integer.toUnsignedLong(info.getInt());
        try {
            return new BlockSizes(minimum, preferred, payload);
        } catch (IllegalArgumentException failure) {
            throw NbdException.broken("the block sizes of the export make no sense: " + failure.getMessage());
        }
    }

    private void ask(int option, byte[] content) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(Protocol.OPTION_BYTES)
                .putLong(Protocol.IHAVEOPT)
                .putInt(option)
                .putInt(content.length);
        wire.write(unlimited, head.flip(), ByteBuffer.wrap(content));
    }

    private OptionReply reply(int option) throws IOException {
        input.need(Protocol.OPTION_REPLY_BYTES);
        if (input.getLong() != Protocol.OPTION_REPLY) {
            throw NbdException.broken("a reply to an option has the wrong magic");
        }
        int answered = input.getInt();
        if (answered != option) {
            throw NbdException.broken("option %d was asked for, %d is answered".formatted(option, answered));
        }
        int type = input.getInt();
        int length = input.getInt();
        if (length < 0 || length > MAX_REPLY_BYTES) {
            throw NbdException.broken("a reply to an option of " + Integer.toUnsignedLong(length) + " bytes");
        }
        return new OptionReply(type, ByteBuffer.wrap(input.bytes(length)));
    }

    /** One of the replies to an option. */
    private record OptionReply(int type, ByteBuffer content) {

        void mustBe(int wanted, String otherwise) throws NbdException {
            if (type == wanted) {
                return;
            }
            if (type >= 0) {
                throw NbdException.broken("a reply of the unexpected type " + type);
            }
            String words = StandardCharsets.UTF_8.decode(content.duplicate()).toString();
            String reason = switch (type) {
                case Protocol.REP_ERR_UNKNOWN -> "there is no such export";
                case Protocol.REP_ERR_TLS_REQD -> "the server demands TLS";
                case Protocol.REP_ERR_POLICY -> "the server forbids it";
                case Protocol.REP_ERR_SHUTDOWN -> "the server is going down";
                default -> "error " + (type & ~Protocol.REP_ERROR);
            };
            throw NbdException.refused(
                    otherwise + ": " + reason + (words.isEmpty() ? "" : " (the server says: " + words + ")"));
        }
    }
}
