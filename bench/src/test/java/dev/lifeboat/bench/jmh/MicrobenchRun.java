package dev.lifeboat.bench.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs the microbenches. It is no test: its name keeps it from being taken for one, and it does nothing unless
 * {@code -Dmicrobench=PATTERN} says which to run. {@code -Dmicrobench.quick} only shows that they work.
 */
class MicrobenchRun {

    private static final String PATTERN = "microbench";

    @Test
    @EnabledIfSystemProperty(named = PATTERN, matches = ".+", disabledReason = "microbenches run when they are named")
    void everyMicrobenchRuns() throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(System.getProperty(PATTERN))
                // The agent that counts coverage would be measured with the code.
                .jvmArgs(options().toArray(String[]::new))
                .shouldFailOnError(true);
        if (System.getProperty("microbench.quick") != null) {
            options.warmupIterations(0).measurementIterations(1).forks(0);
        }
        assertThat(new Runner(options.build()).run()).isNotEmpty();
    }

    private static List<String> options() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> !option.startsWith("-javaagent:"))
                .toList();
    }
}
