package dev.lifeboat.agent.guard;

import dev.lifeboat.hypervisor.Hypervisor;
import dev.lifeboat.hypervisor.HypervisorEvent;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.Machine;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code lifeboat guard}: the process that the agent starts beside itself. It ends when an agent says that no guard is
 * needed, or when none has come for a while, and in any case not before everything is free.
 */
@Command(
        name = "guard",
        hidden = true,
        description = "Free guests when the agent does not. It is started by the agent.")
public final class GuardCommand implements Callable<Integer> {

    /** How late a deadline is noticed at most; a guest that stands still shall not wait for the clock. */
    private static final Duration TICK = Duration.ofMillis(50);

    /** An agent that was killed is usually started again within seconds. */
    private static final Duration LONELY = Duration.ofSeconds(20);

    private static final Logger LOG = LoggerFactory.getLogger(GuardCommand.class);

    private final BiFunction<String, Path, Hypervisor> hypervisors;
    private final Timekeeper time;

    @Option(names = "--state", paramLabel = "FOLDER", required = true, description = "The agent's state folder.")
    private Path state = Path.of("");

    @Option(names = "--hypervisor", paramLabel = "URI", required = true, description = "The hypervisor.")
    private String uri = "";

    /**
     * The command.
     *
     * @param hypervisors opens a hypervisor, by its address and the agent's state folder
     */
    public GuardCommand(BiFunction<String, Path, Hypervisor> hypervisors, Timekeeper time) {
        this.hypervisors = hypervisors;
        this.time = time;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        GuardFiles files = new GuardFiles(state);
        try (FileChannel lock = FileChannel.open(files.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            @Nullable FileLock alone = lock.tryLock();
            if (alone == null) {
                throw new LifeboatException(
                        ErrorCode.AGENT_ALREADY_RUNNING, "A guard for %s is there already.".formatted(state));
            }
            try (Hypervisor hypervisor = hypervisors.apply(uri, state)) {
                guard(files, hypervisor);
            }
        }
        return 0;
    }

    private void guard(GuardFiles files, Hypervisor hypervisor) throws IOException, InterruptedException {
        Duty duty = new Duty(new Freedom(hypervisor), new HoldFile(files.holds()), time);
        duty.takeOver();
        try (Hypervisor.Watch _ = hypervisor.watch(event -> hear(event, duty, hypervisor));
                GuardServer server = GuardServer.open(files.socket(), duty, hypervisor, time)) {
            boolean needed = true;
            while (needed) {
                time.pause(TICK);
                duty.freeOverdue();
                if (server.isConnected() && server.silence().compareTo(Protocol.SILENCE) >= 0) {
                    duty.freeForSilence();
                }
                boolean alone = !server.isConnected()
                        && (server.isDismissed() || server.silence().compareTo(LONELY) >= 0);
                needed = !alone || !duty.isIdle();
            }
        }
    }

    private static void hear(HypervisorEvent event, Duty duty, Hypervisor hypervisor) {
        if (event instanceof HypervisorEvent.DiskError error) {
            duty.freeAfterDiskError(error.machine());
        } else if (event instanceof HypervisorEvent.Reconnected) {
            Thread.ofPlatform().name("look-again").daemon().start(() -> lookAgain(duty, hypervisor));
        }
    }

    /** Finds the disk errors of which the event was lost with the connection. */
    private static void lookAgain(Duty duty, Hypervisor hypervisor) {
        try {
            for (Machine machine : hypervisor.machines()) {
                if (machine.state() == PowerState.SUSPENDED_BY_DISK_ERROR) {
                    duty.freeAfterDiskError(machine.id());
                }
            }
        } catch (HypervisorException e) {
            LOG.warn("After the connection was lost, machines could not be looked at: {}", e.getMessage());
        }
    }
}
