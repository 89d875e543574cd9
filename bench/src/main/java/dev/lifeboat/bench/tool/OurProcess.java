package dev.lifeboat.bench.tool;

import dev.lifeboat.host.Program;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How this very command is started again: the same Java, the same options of it, the same class path. So what is
 * measured is what the launcher starts.
 *
 * @param start the command line up to and including the main class
 */
public record OurProcess(List<String> start) {

    /** The main class of the command. */
    public static final String MAIN_CLASS = "dev.lifeboat.distribution.Lifeboat";

    /** Options that belong to one process: its debugger, its agents. */
    private static final List<String> OF_ONE_PROCESS = List.of("-agentlib:", "-agentpath:", "-javaagent:", "-Xrunjdwp");

    public OurProcess {
        start = List.copyOf(start);
    }

    /** As this process was started. */
    public static OurProcess ofThisProcess() {
        return of(
                Path.of(System.getProperty("java.home")),
                ManagementFactory.getRuntimeMXBean().getInputArguments(),
                System.getProperty("java.class.path"));
    }

    static OurProcess of(Path javaHome, List<String> options, String classPath) {
        List<String> start = new ArrayList<>();
        start.add(javaHome.resolve("bin/java").toString());
        options.stream()
                .filter(option -> OF_ONE_PROCESS.stream().noneMatch(option::startsWith))
                .forEach(start::add);
        start.addAll(List.of("-cp", classPath, MAIN_CLASS));
        return new OurProcess(start);
    }

    /** The same with further options of Java. */
    public OurProcess withOptions(List<String> options) {
        List<String> more = new ArrayList<>(start);
        more.addAll(1, options);
        return new OurProcess(more);
    }

    /** The command with these arguments. */
    public Program command(String... arguments) {
        return Program.of(start).with(arguments);
    }

    /** The options of Java that matter to the figures, for the record. */
    public String options() {
        return String.join(" ", start.subList(1, start.size() - 3));
    }
}
