package dev.lifeboat.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of option haggling, for one thread. Ends with what was agreed on, or without when the client goes
 * away. Throws when the client breaks the protocol beyond what an error reply can say.
 */
final class ServerHandshake {

    /** Longer than what any client has to say: some dozens of queries of the longest name. */
    static final int MAX_OPTION_BYTES = 1 << 16;
    /** Beyond this, skipping would itself be work for an attacker. */
    static final int MAX_SKIPPED_BYTES = 1 << 20;
    /** A client that lists a few hundred exports and asks about each one stays well below. */
    static final int MAX_OPTIONS = 2_048;
    /** More than the contexts that any server has. */
    private static final int MAX_QUERIES = 64;
    /** Replies that are collected before they are sent. */
    private static final int MAX_PENDING_REPLIES = 64;

    private final NbdServer.Settings settings;
    private final Patience writing;
    private final WireInput input;
    private final List<ByteBuffer> replies = new ArrayList<>();
    private Wire wire;
    private boolean secure;
    private boolean zeroes = true;
    private Headers headers = Headers.SIMPLE;
    /** The name of the export that the client has chosen contexts for. */
    private @Nullable String contextsOf;

    private final Set<String> chosen = new LinkedHashSet<>();

    private boolean over;

    ServerHandshake(NbdServer.Settings settings, Wire wire, WireInput input, Patience writing) {
        this.settings = settings;
        this.wire = wire;
        this.input = input;
        this.writing = writing;
    }

    /** The wire to go on with: TLS may have begun. */
    Wire wire() {
        return wire;
    }

    Optional<Negotiated> run() throws IOException {
        greet();
        for (int count = 0; count < MAX_OPTIONS && !over; count++) {
            if (!input.next(Protocol.OPTION_BYTES)) {
                return Optional.empty();
            }
            if (input.getLong() != Protocol.IHAVEOPT) {
                throw NbdException.broken("an option has the wrong magic");
            }
            int option = input.getInt();
            long length = Integer.toUnsignedLong(input.getInt());
            Optional<Negotiated> agreed = answer(option, length);
            send();
            if (agreed.isPresent()) {
                return agreed;
            }
        }
        if (!over) {
            throw NbdException.broken("the client sends options without end");
        }
        return Optional.empty();
    }

    private void greet() throws IOException {
        ByteBuffer greeting = ByteBuffer.allocate(Protocol.GREETING_BYTES)
                .putLong(Protocol.INIT_PASSWD)
                .putLong(Protocol.IHAVEOPT)
                .putShort((short) (Protocol.FLAG_FIXED_NEWSTYLE | Protocol.FLAG_NO_ZEROES));
        wire.write(writing, greeting.flip());
        input.need(Integer.BYTES);
        int flags = input.getInt();
        if ((flags & ~(Protocol.FLAG_FIXED_NEWSTYLE | Protocol.FLAG_NO_ZEROES)) != 0) {
            throw NbdException.broken("the client sets unknown flags");
        }
        if (settings.tls() != null && (flags & Protocol.FLAG_FIXED_NEWSTYLE) == 0) {
            throw NbdException.broken("TLS needs a client that knows fixed newstyle");
        }
        zeroes = (flags & Protocol.FLAG_NO_ZEROES) == 0;
    }

    private Optional<Negotiated> answer(int option, long length) throws IOException {
        if (option == Protocol.OPT_EXPORT_NAME) {
            return Optional.of(byName(length));
        }
        if (length > MAX_SKIPPED_BYTES) {
            throw NbdException.broken("an option of " + length + " bytes");
        }
        if (length > MAX_OPTION_BYTES) {
            input.skip(length);
            reply(option, Protocol.REP_ERR_TOO_BIG, "the option is too long");
            return Optional.empty();
        }
        ByteBuffer content = ByteBuffer.wrap(input.bytes((int) length));
        if (option == Protocol.OPT_ABORT) {
            reply(option, Protocol.REP_ACK);
            over = true;
            return Optional.empty();
        }
        if (settings.tls() != null && !secure && option != Protocol.OPT_STARTTLS) {
            reply(option, Protocol.REP_ERR_TLS_REQD, "this server talks TLS only");
            return Optional.empty();
        }
        try {
            return answer(option, content);
        } catch (Malformed malformed) {
            reply(option, Protocol.REP_ERR_INVALID, malformed.words);
            return Optional.empty();
        }
    }

    private Optional<Negotiated> answer(int option, ByteBuffer content) throws IOException, Malformed {
        switch (option) {
            case Protocol.OPT_INFO, Protocol.OPT_GO -> {
                return describe(option, content);
            }
            case Protocol.OPT_LIST -> {
                empty(content);
                list();
            }
            case Protocol.OPT_STARTTLS -> {
                empty(content);
                startTls();
            }
            case Protocol.OPT_STRUCTURED_REPLY -> {
                empty(content);
                if (headers == Headers.EXTENDED) {
                    reply(option, Protocol.REP_ERR_EXT_HEADER_REQD, "extended headers are in use");
                } else {
                    headers = Headers.STRUCTURED;
                    reply(option, Protocol.REP_ACK);
                }
            }
            case Protocol.OPT_EXTENDED_HEADERS -> {
                empty(content);
                headers = Headers.EXTENDED;
                reply(option, Protocol.REP_ACK);
            }
            case Protocol.OPT_LIST_META_CONTEXT, Protocol.OPT_SET_META_CONTEXT -> contexts(option, content);
            default -> reply(option, Protocol.REP_ERR_UNSUP, "the option is unknown");
        }
        return Optional.empty();
    }

    private Negotiated byName(long length) throws IOException {
        if (length > Protocol.MAX_STRING_BYTES) {
            throw NbdException.broken("a name of " + length + " bytes");
        }
        if (settings.tls() != null && !secure) {
            throw NbdException.refused("the client asks for an export before TLS");
        }
        if (headers == Headers.EXTENDED) {
            throw NbdException.broken("extended headers do not go with the old way to choose an export");
        }
        NbdExport export;
        try {
            export = settings.exports()
                    .find(text(input.bytes((int) length)))
                    .orElseThrow(() -> NbdException.refused("there is no such export"));
        } catch (Malformed malformed) {
            throw NbdException.broken(malformed.words);
        }
        Negotiated agreed = agreeOn(export);
        ByteBuffer answer = ByteBuffer.allocate(Long.BYTES + Short.BYTES + (zeroes ? Protocol.EXPORT_NAME_ZEROES : 0))
                .putLong(export.size())
                .putShort((short) agreed.flags());
        replies.add(answer.clear());
        return agreed;
    }

    private Negotiated agreeOn(NbdExport export) {
        boolean same = headers.chunks() && export.name().equals(contextsOf);
        return new Negotiated(export, Negotiated.sizesOf(export, settings.limits()), headers, same ? chosen : Set.of());
    }

    private Optional<Negotiated> describe(int option, ByteBuffer content) throws IOException, Malformed {
        String name = string(content);
        need(content, Short.BYTES);
        int count = Short.toUnsignedInt(content.getShort());
        if (content.remaining() != count * Short.BYTES) {
            throw new Malformed("the list of questions has another length than it says");
        }
        Optional<NbdExport> export = settings.exports().find(name);
        if (export.isEmpty()) {
            reply(option, Protocol.REP_ERR_UNKNOWN, "there is no such export");
            return Optional.empty();
        }
        Negotiated agreed = agreeOn(export.get());
        info(option, Protocol.INFO_EXPORT, Long.BYTES + Short.BYTES)
                .putLong(export.get().size())
                .putShort((short) agreed.flags());
        BlockSizes sizes = agreed.sizes();
        // Sent to those that do not ask as well: they ignore it, or do better with it.
        info(option, Protocol.INFO_BLOCK_SIZE, 3 * Integer.BYTES)
                .putInt(sizes.minimum())
                .putInt(sizes.preferred())
                .putInt((int) sizes.maximumPayload());
        while (content.hasRemaining()) {
            String answer = switch (content.getShort()) {
                case Protocol.INFO_NAME -> export.get().name();
                case Protocol.INFO_DESCRIPTION -> export.get().description();
                default -> "";
            };
            if (!answer.isEmpty()) {
                byte[] bytes = bounded(answer);
                info(option, content.getShort(content.position() - Short.BYTES), bytes.length)
                        .put(bytes);
            }
            flushSome();
        }
        reply(option, Protocol.REP_ACK);
        return option == Protocol.OPT_GO ? Optional.of(agreed) : Optional.empty();
    }

    private ByteBuffer info(int option, int type, int length) {
        return reply(option, Protocol.REP_INFO, Short.BYTES + length).putShort((short) type);
    }

    private void list() throws IOException {
        for (NbdExport export : settings.exports().list()) {
            byte[] name = bounded(export.name());
            byte[] words = bounded(export.description());
            reply(Protocol.OPT_LIST, Protocol.REP_SERVER, Integer.BYTES + name.length + words.length)
                    .putInt(name.length)
                    .put(name)
                    .put(words);
            flushSome();
        }
        reply(Protocol.OPT_LIST, Protocol.REP_ACK);
    }

    private void startTls() throws IOException {
        NbdServer.Tls tls = settings.tls();
        if (tls == null) {
            reply(Protocol.OPT_STARTTLS, Protocol.REP_ERR_UNSUP, "this server does not talk TLS");
            return;
        }
        if (secure) {
            reply(Protocol.OPT_STARTTLS, Protocol.REP_ERR_INVALID, "TLS has begun already");
            return;
        }
        reply(Protocol.OPT_STARTTLS, Protocol.REP_ACK);
        input.nothingMore();
        send();
        SSLEngine engine = tls.context().createSSLEngine();
        engine.setUseClientMode(false);
        engine.setNeedClientAuth(tls.clientCertificates());
        TlsWire protectedWire = TlsWire.over(wire, engine, writing);
        input.switchTo(protectedWire);
        wire = protectedWire;
        secure = true;
        // Nothing that was agreed on without protection counts any more.
        headers = Headers.SIMPLE;
        contextsOf = null;
    }

    private void contexts(int option, ByteBuffer content) throws IOException, Malformed {
        boolean set = option == Protocol.OPT_SET_META_CONTEXT;
        if (set) {
            contextsOf = null;
            chosen.clear();
        }
        if (!headers.chunks()) {
            throw new Malformed("metadata contexts need structured replies");
        }
        Optional<NbdExport> export = settings.exports().find(string(content));
        need(content, Integer.BYTES);
        int count = content.getInt();
        if (count < 0 || count > MAX_QUERIES) {
            reply(option, Protocol.REP_ERR_TOO_BIG, "too many queries");
            return;
        }
        List<String> queries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            queries.add(string(content));
        }
        empty(content);
        if (export.isEmpty()) {
            reply(option, Protocol.REP_ERR_UNKNOWN, "there is no such export");
            return;
        }
        int id = Negotiated.ALLOCATION_ID;
        for (String context : Negotiated.contextsOf(export.get())) {
            if (asksFor(queries, context, set)) {
                byte[] name = bounded(context);
                reply(option, Protocol.REP_META_CONTEXT, Integer.BYTES + name.length)
                        .putInt(set ? id : 0)
                        .put(name);
                if (set) {
                    contextsOf = export.get().name();
                    chosen.add(context);
                }
            }
            id++;
        }
        reply(option, Protocol.REP_ACK);
    }

    /** When only listing, no question asks for all, and one that ends with a colon for all of a namespace. */
    private static boolean asksFor(List<String> queries, String context, boolean set) {
        return queries.contains(context)
                || (!set
                        && (queries.isEmpty()
                                || queries.stream()
                                        .anyMatch(query -> query.endsWith(":") && context.startsWith(query))));
    }

    private void reply(int option, int type, String words) {
        byte[] bytes = words.getBytes(StandardCharsets.UTF_8);
        reply(option, type, bytes.length).put(bytes);
    }

    private void reply(int option, int type) {
        reply(option, type, 0);
    }

    /** A reply that is sent later, and whose content is to be put in. */
    private ByteBuffer reply(int option, int type, int length) {
        ByteBuffer reply = ByteBuffer.allocate(Protocol.OPTION_REPLY_BYTES + length)
                .putLong(Protocol.OPTION_REPLY)
                .putInt(option)
                .putInt(type)
                .putInt(length);
        replies.add(reply.duplicate().clear());
        return reply;
    }

    private void flushSome() throws IOException {
        if (replies.size() >= MAX_PENDING_REPLIES) {
            send();
        }
    }

    private void send() throws IOException {
        wire.write(writing, replies.toArray(ByteBuffer[]::new));
        replies.clear();
    }

    private static void empty(ByteBuffer content) throws Malformed {
        if (content.hasRemaining()) {
            throw new Malformed("the option carries more than it should");
        }
    }

    private static void need(ByteBuffer content, int bytes) throws Malformed {
        if (content.remaining() < bytes) {
            throw new Malformed("the option is cut off");
        }
    }

    private static String string(ByteBuffer content) throws Malformed {
        need(content, Integer.BYTES);
        int length = content.getInt();
        if (length < 0 || length > Protocol.MAX_STRING_BYTES || length > content.remaining()) {
            throw new Malformed("a string is too long");
        }
        byte[] bytes = new byte[length];
        content.get(bytes);
        return text(bytes);
    }

    private static String text(byte[] bytes) throws Malformed {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException _) {
            throw new Malformed("a string is not UTF-8");
        }
    }

    private static byte[] bounded(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > Protocol.MAX_STRING_BYTES) {
            throw new IllegalStateException("An export has a name or a description that is too long");
        }
        return bytes;
    }

    /** The option cannot be understood, and can be answered. */
    private static final class Malformed extends Exception {

        private static final long serialVersionUID = 1L;

        private final String words;

        Malformed(String words) {
            super(words);
            this.words = words;
        }
    }
}
