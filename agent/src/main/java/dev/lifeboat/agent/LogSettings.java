package dev.lifeboat.agent;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.lifeboat.agent.configuration.AgentConfiguration.LogLevel;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What the agent logs. A command logs next to nothing; for a process that nobody looks at the log is all there is. */
final class LogSettings {

    /** What libraries say when nothing is wrong is of use to nobody. */
    private static final List<String> LIBRARIES = List.of("org.eclipse.jetty", "io.micrometer", "io.prometheus");

    private LogSettings() {}

    static void apply(LogLevel level) {
        logger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.valueOf(level.name()));
        LIBRARIES.forEach(library -> logger(library).setLevel(Level.WARN));
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }
}
