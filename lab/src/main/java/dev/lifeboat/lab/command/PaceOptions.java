package dev.lifeboat.lab.command;

import dev.lifeboat.cli.DurationConverter;
import java.time.Duration;
import picocli.CommandLine.Option;

/** How often and how long a command that acts as a client goes on. */
final class PaceOptions {

    @Option(
            names = "--every",
            paramLabel = "TIME",
            defaultValue = "100ms",
            converter = DurationConverter.class,
            description = "From one request to the next (default: ${DEFAULT-VALUE}).")
    private Duration interval = Duration.ZERO;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = DurationConverter.class,
            description = "How long to go on (default: ${DEFAULT-VALUE}); Ctrl-C ends it too.")
    private Duration longest = Duration.ZERO;

    Duration interval() {
        return interval;
    }

    Duration longest() {
        return longest;
    }
}
