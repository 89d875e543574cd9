package dev.lifeboat.recovery.relay;

import dev.lifeboat.host.DetachedProcess;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A relay's process. It holds nothing open. Safe for use by several threads. */
public final class RunningRelay {

    private final Path socket;
    private final DetachedProcess process;
    private final Timekeeper time;

    RunningRelay(Path socket, DetachedProcess process, Timekeeper time) {
        this.socket = socket;
        this.process = process;
        this.time = time;
    }

    /** On which it serves NBD, to QEMU's account. */
    public Path socket() {
        return socket;
    }

    /** The address of a disk through this relay, as QEMU takes it. */
    public String uri(String disk) {
        return "nbd+unix:///%s?socket=%s".formatted(disk, socket);
    }

    /** Its process id; empty when it does not run any more. */
    public Optional<Long> processId() {
        return process.running();
    }

    /** Whether somebody could connect to it. That the export answers too is not said by that. */
    public boolean accepts() {
        return RelayStarter.accepts(socket);
    }

    /**
     * Ends it. When this returns, its process was seen to be gone and its socket is.
     *
     * @throws LifeboatException with {@link ErrorCode#RECOVERY_PROCESS_LEFT}
     */
    public void end() throws InterruptedException {
        if (!process.end(time)) {
            throw new LifeboatException(
                    ErrorCode.RECOVERY_PROCESS_LEFT,
                    "The relay at %s, process %s, does not end."
                            .formatted(socket, process.running().orElse(-1L)));
        }
        try {
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.HOST_FOLDER_NOT_REMOVED, "%s: %s".formatted(socket, e.getMessage()), e);
        }
    }
}
