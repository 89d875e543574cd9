package dev.lifeboat.nbd;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/**
 * TLS on top of a plain wire (RFC 8446, RFC 5246). The engine permits one thread that unwraps and one that wraps at the
 * same time; a lock keeps the answers that unwrapping calls for apart from what is written.
 */
final class TlsWire implements Wire {

    /** Steps of a handshake that are borne before it counts as endless; an honest one takes about twenty. */
    private static final int MAX_HANDSHAKE_STEPS = 1_000;
    /** Records without content in a row that are borne, such as fresh keys: honest peers send hardly any. */
    private static final int MAX_EMPTY_RECORDS = 100;

    /** Records that are collected before they are sent, since each sending costs about as much as encrypting one. */
    private static final int PACKETS_AT_A_TIME = 8;

    private final Wire plain;
    private final SSLEngine engine;
    /** Runs while answers that TLS itself calls for are written, so that a peer who does not read is noticed. */
    private final Patience answering;

    private final ReentrantLock writing = new ReentrantLock();
    /** What came from the peer and is not unwrapped, ready to get. */
    private final ByteBuffer incoming;
    /** What is unwrapped and not taken, ready to get. */
    private final ByteBuffer opened;

    private final ByteBuffer outgoing;
    private boolean ended;

    private TlsWire(Wire plain, SSLEngine engine, Patience answering) {
        this.plain = plain;
        this.engine = engine;
        this.answering = answering;
        int packet = engine.getSession().getPacketBufferSize();
        incoming = ByteBuffer.allocateDirect(packet).flip();
        opened = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize())
                .flip();
        outgoing = ByteBuffer.allocateDirect(packet * PACKETS_AT_A_TIME);
    }

    /** Shakes hands. The caller limits its time by closing the plain wire. */
    static TlsWire over(Wire plain, SSLEngine engine, Patience answering) throws IOException {
        TlsWire wire = new TlsWire(plain, engine, answering);
        try {
            wire.shakeHands();
        } catch (SSLException failure) {
            wire.tellOf(failure);
            throw failure;
        }
        return wire;
    }

    private void shakeHands() throws IOException {
        engine.beginHandshake();
        for (int step = 0; step < MAX_HANDSHAKE_STEPS; step++) {
            HandshakeStatus status = engine.getHandshakeStatus();
            switch (status) {
                case NEED_TASK -> runTasks();
                case NEED_WRAP -> wrapOwn(answering);
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    opened.clear();
                    SSLEngineResult result = engine.unwrap(incoming, opened);
                    opened.flip();
                    if (result.getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW) {
                        receive();
                    } else if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
                        throw new SSLException("the peer ended TLS while it began");
                    }
                    if (opened.hasRemaining()) {
                        throw new SSLException("the peer sent content before TLS was complete");
                    }
                }
                case FINISHED, NOT_HANDSHAKING -> {
                    return;
                }
            }
        }
        throw new SSLException("the TLS handshake does not end");
    }

    /** Sends the alert that says what was wrong, so that the peer need not guess. */
    private void tellOf(SSLException failure) {
        try {
            engine.closeOutbound();
            wrapOwn(answering);
        } catch (IOException further) {
            failure.addSuppressed(further);
        }
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        if (!into.hasRemaining()) {
            return 0;
        }
        for (int records = 0; records < MAX_EMPTY_RECORDS; ) {
            if (opened.hasRemaining()) {
                int count = Math.min(opened.remaining(), into.remaining());
                into.put(into.position(), opened, opened.position(), count);
                into.position(into.position() + count);
                opened.position(opened.position() + count);
                return count;
            }
            if (ended) {
                return -1;
            }
            boolean straight = into.remaining() >= opened.capacity();
            ByteBuffer target = straight ? into : opened.clear();
            SSLEngineResult result;
            try {
                result = engine.unwrap(incoming, target);
            } finally {
                if (!straight) {
                    opened.flip();
                }
            }
            switch (result.getStatus()) {
                case BUFFER_UNDERFLOW -> {
                    if (!receiveMore()) {
                        return -1;
                    }
                }
                case CLOSED -> ended = true;
                case BUFFER_OVERFLOW -> throw new SSLException("a TLS record is larger than it may be");
                case OK -> {
                    answerIfNeeded(result.getHandshakeStatus());
                    if (straight && result.bytesProduced() > 0) {
                        return result.bytesProduced();
                    }
                    records++;
                }
            }
        }
        throw new SSLException("the peer sends TLS records without content");
    }

    @Override
    public void write(Patience patience, ByteBuffer... from) throws IOException {
        writing.lock();
        try {
            outgoing.clear();
            for (ByteBuffer buffer : from) {
                while (buffer.hasRemaining()) {
                    if (outgoing.remaining() < outgoing.capacity() / PACKETS_AT_A_TIME) {
                        plain.write(patience, outgoing.flip());
                        outgoing.clear();
                    }
                    wrap(buffer);
                }
            }
            plain.write(patience, outgoing.flip());
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void finish(Patience patience) throws IOException {
        writing.lock();
        try {
            engine.closeOutbound();
            if (!engine.isOutboundDone()) {
                wrapOwn(patience);
            }
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void close() {
        plain.close();
    }

    private void answerIfNeeded(HandshakeStatus status) throws IOException {
        switch (status) {
            case NEED_TASK -> runTasks();
            case NEED_WRAP -> {
                writing.lock();
                try {
                    if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                        wrapOwn(answering);
                    }
                } finally {
                    writing.unlock();
                }
            }
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN, FINISHED, NOT_HANDSHAKING -> {}
        }
    }

    /** Wraps and sends what TLS itself has to say. */
    private void wrapOwn(Patience patience) throws IOException {
        outgoing.clear();
        wrap(ByteBuffer.allocate(0));
        plain.write(patience, outgoing.flip());
    }

    private void wrap(ByteBuffer from) throws IOException {
        SSLEngineResult result = engine.wrap(from, outgoing);
        switch (result.getStatus()) {
            case BUFFER_OVERFLOW -> throw new SSLException("a TLS record is larger than it may be");
            case BUFFER_UNDERFLOW, OK -> {}
            case CLOSED -> {
                if (from.hasRemaining()) {
                    throw new SSLException("TLS has ended");
                }
            }
        }
    }

    private void runTasks() {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    private void receive() throws IOException {
        if (!receiveMore()) {
            throw new EOFException("the peer ended the connection while TLS began");
        }
    }

    private boolean receiveMore() throws IOException {
        incoming.compact();
        try {
            return plain.read(incoming) >= 0;
        } finally {
            incoming.flip();
        }
    }
}
