package dev.lifeboat.cli;

import java.io.PrintWriter;
import picocli.CommandLine.Option;

/** The {@code --output} option that every listing takes, and the printing that goes with it. Mixed into commands. */
public final class Listing {

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "How to print the result: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private OutputFormat format = OutputFormat.table;

    /** Whether a person is to read it. */
    public boolean forPeople() {
        return format == OutputFormat.table;
    }

    /**
     * Prints it in the form that was asked for.
     *
     * @param table what a person reads
     * @param document the same for programs: a record or a list of records
     */
    public void print(PrintWriter output, String table, Object document) {
        output.print(forPeople() ? table : Document.of(document, format));
        output.flush();
    }
}
