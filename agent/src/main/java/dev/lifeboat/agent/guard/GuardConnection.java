package dev.lifeboat.agent.guard;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The agent's end of one connection to the guard. Safe for use by several threads; broken once means broken for ever.
 */
final class GuardConnection implements AutoCloseable {

    private static final String ENDED = "";

    private final SocketChannel channel;
    private final LinkedBlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private volatile boolean broken;

    private GuardConnection(SocketChannel channel) {
        this.channel = channel;
    }

    /** Connects and makes sure that it is a guard that speaks as we do, and answers. */
    static GuardConnection open(Path socket) throws IOException {
        GuardConnection connection = new GuardConnection(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
        Thread.ofVirtual().name("guard-answers").start(connection::read);
        try {
            if (!connection.ask(Protocol.HELLO).equals(Protocol.HELLO)) {
                throw new IOException("another kind of guard");
            }
            return connection;
        } catch (IOException e) {
            connection.close();
            throw new GuardSilent("the guard that is there is of no use: " + e.getMessage(), e);
        }
    }

    /** There is somebody who does not answer, or not as a guard does. */
    static final class GuardSilent extends IOException {
        private static final long serialVersionUID = 1L;

        GuardSilent(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    boolean isBroken() {
        return broken;
    }

    /**
     * Says a line and waits for the answer. Not interruptible: an answer that nobody waits for would be taken for that
     * of the next line. The wait is short.
     *
     * @throws IOException when there is none; the connection is broken then
     */
    synchronized String ask(String line) throws IOException {
        if (broken) {
            throw new IOException("the connection to the guard is lost");
        }
        try {
            ByteBuffer bytes = StandardCharsets.US_ASCII.encode(line + "\n");
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            close();
            throw e;
        }
        String answer = await(Protocol.ANSWER_LIMIT);
        if (answer == null) {
            close();
            throw new GuardSilent("the guard does not answer", null);
        }
        if (answer.equals(ENDED)) {
            close();
            throw new IOException("the guard has ended");
        }
        return answer;
    }

    private @Nullable String await(Duration limit) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return answers.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void read() {
        try (BufferedReader lines = new BufferedReader(Channels.newReader(channel, StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                answers.add(line);
            }
        } catch (IOException e) {
            // Whoever waits is told below.
        } finally {
            broken = true;
            answers.add(ENDED);
        }
    }

    @Override
    public void close() {
        broken = true;
        try {
            channel.close();
        } catch (IOException e) {
            // It is of no use any more either way.
        }
    }
}
