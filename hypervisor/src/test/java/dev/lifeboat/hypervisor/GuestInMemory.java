package dev.lifeboat.hypervisor;

import dev.lifeboat.hypervisor.HypervisorException.Kind;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a guest in memory does when its agent is asked. There is none until it is said. Safe for use by several threads.
 */
public final class GuestInMemory {

    private final Map<String, List<String>> addresses = new ConcurrentHashMap<>();
    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private volatile boolean answers;
    private volatile @Nullable Function<GuestProgram, GuestProgram.Outcome> programs;

    /** Whether its agent answers from now on. */
    public void answers(boolean from) {
        answers = from;
    }

    /** Its address at an interface. */
    public void address(String mac, String... all) {
        addresses.put(mac, List.of(all));
    }

    /** What it does when it is to run a program, which it may not until this is said. */
    public void programs(Function<GuestProgram, GuestProgram.Outcome> does) {
        programs = does;
    }

    /** The files that were written. */
    public Map<String, byte[]> files() {
        return Map.copyOf(files);
    }

    boolean answers() {
        return answers;
    }

    Map<String, List<String>> addresses() {
        return answers ? Map.copyOf(addresses) : Map.of();
    }

    GuestProgram.Outcome run(GuestProgram program) throws HypervisorException {
        mustAnswer();
        Function<GuestProgram, GuestProgram.Outcome> does = programs;
        if (does == null) {
            throw new HypervisorException(Kind.UNSUPPORTED, "the agent may not run programs");
        }
        return does.apply(program);
    }

    void write(String path, byte[] content) throws HypervisorException {
        mustAnswer();
        files.put(path, content.clone());
    }

    private void mustAnswer() throws HypervisorException {
        if (!answers) {
            throw new HypervisorException(Kind.GUEST_AGENT_SILENT, "there is no agent");
        }
    }
}
