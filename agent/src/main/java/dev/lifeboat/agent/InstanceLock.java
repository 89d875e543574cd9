package dev.lifeboat.agent;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** The lock by which one agent at a time works with a state folder. The kernel lets go of it when the agent dies. */
final class InstanceLock implements AutoCloseable {

    private static final String FILE = "agent.lock";

    /** The hypervisor's processes pass through on their way to the sockets and scratch files of captures. */
    private static final String PERMISSIONS = "rwx--x--x";

    private final FileChannel channel;

    private InstanceLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes it; the folder is made when it is missing.
     *
     * @throws LifeboatException with {@link ErrorCode#AGENT_ALREADY_RUNNING} or {@link ErrorCode#AGENT_FOLDER_UNUSABLE}
     */
    static InstanceLock take(Path state) {
        try {
            Files.createDirectories(state);
            Files.setPosixFilePermissions(state, PosixFilePermissions.fromString(PERMISSIONS));
            FileChannel channel =
                    FileChannel.open(state.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (channel.tryLock() == null) {
                channel.close();
                throw new LifeboatException(
                        ErrorCode.AGENT_ALREADY_RUNNING, "Another agent works with %s.".formatted(state));
            }
            return new InstanceLock(channel);
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.AGENT_FOLDER_UNUSABLE, "The state folder %s cannot be used: %s".formatted(state, e), e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
