package dev.lifeboat.lab;

import dev.lifeboat.host.NetworkNamespace;
import dev.lifeboat.host.ProcessTable;
import dev.lifeboat.host.Program;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A computer or a place of the lab, made of namespaces (processes, mounts, network, host name, IPC) around an init
 * process of its own.
 *
 * <p>Two things follow from the init. Killing it with SIGKILL makes the kernel kill every process inside at once, with
 * no chance to say good-bye: a real loss of power. And nothing outlives it: mounts, bridges, links and processes go
 * with the namespaces, so that there is nothing to clean up and nothing to forget.
 *
 * <p>A container is found by the last argument of its init, which names the lab's folder and the container: no process
 * id is ever written down. Safe for use by several threads.
 */
final class Container {

    /** Where a container's init is looked for before it is given up: it is there within milliseconds. */
    private static final Duration BIRTH_LIMIT = Duration.ofSeconds(10);

    /** A parent reaps its child within milliseconds. */
    private static final Duration REAPING_LIMIT = Duration.ofSeconds(1);

    /** The kernel has to end every process inside, which takes long when one of them is writing much. */
    private static final Duration DEATH_LIMIT = Duration.ofSeconds(20);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(5);

    /** Reaps what is orphaned inside and otherwise does nothing, deaf to the signals of a terminal. */
    private static final String INIT = "trap '' HUP INT TERM; while :; do sleep 86400 & wait; done";

    /** Leaves our session, so that Ctrl-C does not reach the lab, and keeps none of our streams open. */
    private static final String UNSHARE = "exec setsid --fork unshare --mount --propagation=private --pid --net --uts"
            + " --ipc --fork --kill-child --mount-proc sh -c \"$0\" \"$2\" >\"$1\" 2>&1 </dev/null";

    private final String marker;
    private final String name;
    private final Path log;
    private final Timekeeper time;

    Container(LabFolder lab, String name, Timekeeper time) {
        this.marker = lab.marker() + name;
        this.name = name;
        this.log = lab.containerLog(name);
        this.time = time;
    }

    /** Whether its init runs. */
    boolean isUp() {
        return init().isPresent();
    }

    /**
     * Starts it if it does not run. Inside it is empty: its network has no links, its mounts are the host's.
     *
     * @return whether it had to be started
     */
    boolean start() throws InterruptedException {
        if (isUp()) {
            return false;
        }
        Program.of("sh", "-c", UNSHARE, INIT, log.toString(), marker).ask();
        if (!time.await(BIRTH_LIMIT, LOOK_AGAIN, this::isUp)) {
            throw new LifeboatException(
                    ErrorCode.HOST_NAMESPACES_REFUSED,
                    "No namespaces could be made for %s: %s".formatted(name, complaint()));
        }
        enter("hostname", name).ask();
        return true;
    }

    /** The program, to be run inside. */
    Program enter(String... command) {
        List<String> entering = new ArrayList<>(List.of("nsenter", "--target", Long.toString(processId())));
        entering.addAll(List.of("--mount", "--net", "--pid", "--uts", "--ipc", "--"));
        entering.addAll(List.of(command));
        return Program.of(entering);
    }

    /** Its network, for sockets of our own. */
    NetworkNamespace network() {
        return NetworkNamespace.of(processId());
    }

    /** The process id of its init, by which the kernel's tools name its namespaces. */
    long processId() {
        return init().orElseThrow(
                        () -> new LifeboatException(ErrorCode.LAB_SITE_OFF, "%s is not running.".formatted(name)))
                .id();
    }

    /** Kills everything inside with SIGKILL, without waiting for the kernel to be done with it. */
    void strike() {
        init().ifPresent(Container::kill);
    }

    /** Kills everything inside with SIGKILL and waits until the kernel has removed it. */
    void kill() throws InterruptedException {
        strike();
        // The unshare around the init ends with it; it is left to do so, for it is the one to reap it.
        time.await(
                REAPING_LIMIT,
                LOOK_AGAIN,
                () -> ProcessTable.withArgument(marker).isEmpty());
        // Whatever else carries the marker goes: what is left of a start that was itself cut short.
        boolean gone = time.await(DEATH_LIMIT, LOOK_AGAIN, () -> {
            List<ProcessTable.Entry> left = ProcessTable.withArgument(marker);
            left.forEach(Container::kill);
            return left.isEmpty();
        });
        if (!gone) {
            throw new LifeboatException(
                    ErrorCode.LAB_LEFTOVERS, "%s was killed but processes of it are still there.".formatted(name));
        }
    }

    private static void kill(ProcessTable.Entry process) {
        ProcessHandle.of(process.id()).ifPresent(ProcessHandle::destroyForcibly);
    }

    private Optional<ProcessTable.Entry> init() {
        return ProcessTable.withArgument(marker).stream()
                .filter(entry -> entry.isInitOfNamespace() && isReady(entry))
                .findFirst();
    }

    /** Between its fork and its exec the init still shows unshare's arguments, and its mounts are not made yet. */
    private static boolean isReady(ProcessTable.Entry init) {
        return init.arguments().getFirst().equals("sh");
    }

    private String complaint() {
        try {
            return Files.readString(log).strip();
        } catch (IOException e) {
            return "nothing was said";
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
