package dev.lifeboat.lab.command;

import dev.lifeboat.lab.LabName;
import picocli.CommandLine.Option;

/** The option by which every lab command is told which lab it is about. */
final class LabOptions {

    @Option(
            names = "--name",
            paramLabel = "LAB",
            defaultValue = "default",
            description = "Which lab (default: ${DEFAULT-VALUE}). Labs of different names stand side by side.")
    private String name = "default";

    LabName name() {
        return new LabName(name);
    }
}
