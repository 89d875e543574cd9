package dev.lifeboat.recovery.export;

import dev.lifeboat.host.DetachedProcess;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An export's process as its agent sees it. It holds nothing open. Safe for use by several threads. */
public final class RunningExport {

    private final ExportFiles files;
    private final DetachedProcess process;
    private final Timekeeper time;

    RunningExport(ExportFiles files, DetachedProcess process, Timekeeper time) {
        this.files = files;
        this.process = process;
        this.time = time;
    }

    /** On which it serves NBD. */
    public Path socket() {
        return files.socket();
    }

    /** Its process id; empty when it does not run any more. */
    public Optional<Long> processId() {
        return process.running();
    }

    /**
     * How it stands.
     *
     * @throws LifeboatException with {@link ErrorCode#RECOVERY_EXPORT_SILENT}
     */
    public ExportStatus status() {
        List<String> lines = ask(Control.STATUS);
        try {
            return ExportStatus.of(lines);
        } catch (IllegalArgumentException e) {
            throw silent("its answer cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Whether the store that it reads from answers, asked now. What the guest waits for may be somewhere else than what
     * the local cache has.
     *
     * @throws LifeboatException with {@link ErrorCode#RECOVERY_EXPORT_SILENT}
     */
    public boolean storeAnswers() {
        return ask(Control.STORE).contains(Control.ANSWERS + true);
    }

    /**
     * Which blocks were read so far, up to when it was told that the machine is up.
     *
     * @throws LifeboatException with {@link ErrorCode#RECOVERY_EXPORT_SILENT}
     */
    public BootTrace trace() {
        List<String> lines = ask(Control.TRACE);
        try {
            return BootTrace.decode(Base64.getDecoder().decode(String.join("", lines)));
        } catch (IllegalArgumentException e) {
            throw silent("its answer cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Says that the machine is up: what is read from now on is not part of how it came up.
     *
     * @throws LifeboatException with {@link ErrorCode#RECOVERY_EXPORT_SILENT}
     */
    public void bootIsOver() {
        ask(Control.BOOTED);
    }

    /**
     * Ends it. When this returns, its process was seen to be gone and its sockets are.
     *
     * @throws LifeboatException with {@link ErrorCode#RECOVERY_PROCESS_LEFT}
     */
    public void end() throws InterruptedException {
        if (!process.end(time)) {
            throw new LifeboatException(
                    ErrorCode.RECOVERY_PROCESS_LEFT,
                    "The export at %s, process %s, does not end."
                            .formatted(files.socket(), process.running().orElse(-1L)));
        }
        try {
            Files.deleteIfExists(files.socket());
            Files.deleteIfExists(files.control());
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.HOST_FOLDER_NOT_REMOVED, "%s: %s".formatted(files.socket(), e.getMessage()), e);
        }
    }

    boolean answers() {
        try {
            status();
            return true;
        } catch (LifeboatException e) {
            return false;
        }
    }

    private List<String> ask(String question) {
        CompletableFuture<List<String>> answer = new CompletableFuture<>();
        // A thread of its own, since a socket cannot be read with a limit.
        Thread asking = Thread.ofVirtual().name("ask-export").start(() -> {
            try {
                answer.complete(answerTo(question));
            } catch (IOException | RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        try {
            return answer.get(Control.ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw silent(String.valueOf(e.getCause()), e);
        } catch (TimeoutException e) {
            asking.interrupt();
            throw silent("it does not answer", e);
        } catch (InterruptedException e) {
            asking.interrupt();
            Thread.currentThread().interrupt();
            throw silent("nobody waits for its answer", e);
        }
    }

    private List<String> answerTo(String question) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(files.control()));
            ByteBuffer bytes = StandardCharsets.US_ASCII.encode(question + "\n");
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            String text = new String(
                    Channels.newInputStream(channel).readNBytes(Control.LONGEST_ANSWER), StandardCharsets.US_ASCII);
            List<String> lines = text.lines().toList();
            if (lines.isEmpty() || !lines.getLast().equals(Control.END)) {
                throw new IOException("its answer is cut off");
            }
            if (lines.getFirst().startsWith(Control.REFUSED)) {
                throw new IOException(lines.getFirst());
            }
            return lines.subList(0, lines.size() - 1);
        }
    }

    private LifeboatException silent(String why, Exception cause) {
        return new LifeboatException(
                ErrorCode.RECOVERY_EXPORT_SILENT, "The export at %s: %s.".formatted(files.socket(), why), cause);
    }
}
