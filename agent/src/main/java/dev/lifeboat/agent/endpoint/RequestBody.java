package dev.lifeboat.agent.endpoint;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.recovery.task.RecoveryRequest;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import org.eclipse.jetty.io.Content;

/** What comes with a request, read so that nothing of it stays in the buffers through which it came. */
final class RequestBody {

    private RequestBody() {}

    /**
     * All of it; the caller erases it.
     *
     * @param length as the request says; negative for none
     * @param most what may come
     * @throws LifeboatException with {@link ErrorCode#AGENT_REQUEST_UNREADABLE} when it is too long, does not say how
     *     long it is, or breaks off
     */
    static byte[] read(Content.Source source, long length, int most) throws InterruptedException {
        if (most == 0) {
            return new byte[0];
        }
        if (length < 0 || length > most) {
            throw unreadable("it has %,d bytes, and may have %,d".formatted(length, most));
        }
        byte[] body = new byte[(int) length];
        int read = 0;
        while (true) {
            Content.Chunk chunk = next(source);
            if (Content.Chunk.isFailure(chunk)) {
                RecoveryRequest.erase(body);
                throw unreadable("it breaks off: " + chunk.getFailure().getMessage());
            }
            ByteBuffer content = chunk.getByteBuffer();
            ByteBuffer came = content.duplicate();
            int bytes = Math.min(content.remaining(), body.length - read);
            content.get(body, read, bytes);
            read += bytes;
            erase(came);
            boolean last = chunk.isLast();
            chunk.release();
            if (last) {
                return complete(body, read);
            }
        }
    }

    private static byte[] complete(byte[] body, int read) {
        if (read < body.length) {
            RecoveryRequest.erase(body);
            throw unreadable("it is cut off");
        }
        return body;
    }

    /** Waits for more; the server ends the wait when the other side is silent for too long. */
    private static Content.Chunk next(Content.Source source) throws InterruptedException {
        while (true) {
            Content.Chunk chunk = source.read();
            if (chunk != null) {
                return chunk;
            }
            CountDownLatch more = new CountDownLatch(1);
            source.demand(more::countDown);
            more.await();
        }
    }

    private static void erase(ByteBuffer came) {
        if (!came.isReadOnly()) {
            while (came.hasRemaining()) {
                came.put((byte) 0);
            }
        }
    }

    private static LifeboatException unreadable(String why) {
        return new LifeboatException(
                ErrorCode.AGENT_REQUEST_UNREADABLE, "What was sent to the agent cannot be read: %s.".formatted(why));
    }
}
