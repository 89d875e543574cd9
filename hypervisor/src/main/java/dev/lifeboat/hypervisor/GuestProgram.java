package dev.lifeboat.hypervisor;

import java.util.List;

/**
 * A program inside a guest.
 *
 * @param path of it; no shell is involved
 * @param arguments of it
 */
public record GuestProgram(String path, List<String> arguments) {

    public GuestProgram {
        arguments = List.copyOf(arguments);
        if (path.isBlank()) {
            throw new IllegalArgumentException("a program without a name");
        }
    }

    public GuestProgram(String path, String... arguments) {
        this(path, List.of(arguments));
    }

    /**
     * How it ended.
     *
     * @param exitCode of it; that of a program which was killed by a signal is 128 and the signal's number, as a shell
     *     has it
     * @param output what it wrote, at most {@link RecoveryHypervisor#MOST_OUTPUT_BYTES}
     * @param complaint what it wrote to standard error, as bounded
     */
    public record Outcome(int exitCode, String output, String complaint) {

        public boolean succeeded() {
            return exitCode == 0;
        }
    }
}
