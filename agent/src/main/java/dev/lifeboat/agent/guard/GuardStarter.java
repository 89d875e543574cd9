package dev.lifeboat.agent.guard;

import dev.lifeboat.host.ProcessTable;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts the guard's process, in a session of its own: neither the end of the agent, however it comes, nor a signal to
 * the agent's group or terminal reaches it. Safe for use by several threads.
 */
public final class GuardStarter {

    private static final String NAME = "guard";
    private static final File NOTHING = new File("/dev/null");

    /** It holds a few names and a connection: a small heap, and no more compiling than is worth while for that. */
    private static final List<String> JAVA_FLAGS = List.of(
            "-Xms8m",
            "-Xmx32m",
            "-Xss512k",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:MaxMetaspaceSize=64m",
            "-XX:ReservedCodeCacheSize=16m",
            "-Xshare:auto",
            "-XX:-UsePerfData",
            "--enable-native-access=ALL-UNNAMED");

    private static final List<String> OF_THE_SERVICE = List.of("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID");

    private final String mainClass;
    private final String classPath;
    private final String hypervisor;
    private final GuardFiles files;

    /**
     * A starter.
     *
     * @param mainClass whose main takes {@code guard} and its options
     * @param classPath for it
     * @param hypervisor its address
     * @param state the agent's state folder
     */
    public GuardStarter(String mainClass, String classPath, String hypervisor, Path state) {
        this.mainClass = mainClass;
        this.classPath = classPath;
        this.hypervisor = hypervisor;
        this.files = new GuardFiles(state);
    }

    GuardFiles files() {
        return files;
    }

    void start() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "setsid",
                Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(JAVA_FLAGS);
        command.addAll(List.of("-cp", classPath, mainClass, NAME, files.argument(), "--hypervisor=" + hypervisor));
        ProcessBuilder guard = new ProcessBuilder(command)
                .redirectInput(NOTHING)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        // The service manager watches over the agent; the guard is not its business.
        guard.environment().keySet().removeAll(OF_THE_SERVICE);
        guard.start();
    }

    /** The process ids of guards of this folder; at most one holds the lock. */
    List<Long> running() {
        return ProcessTable.withArgument(files.argument()).stream()
                .filter(process -> process.arguments().contains(NAME)
                        && process.arguments().contains(mainClass))
                .map(ProcessTable.Entry::id)
                .toList();
    }

    /** Kills a guard that does not answer. The next one frees what this one should have. */
    void kill() {
        running().forEach(id -> ProcessHandle.of(id).ifPresent(ProcessHandle::destroyForcibly));
    }
}
