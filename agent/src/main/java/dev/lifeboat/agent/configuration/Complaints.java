package dev.lifeboat.agent.configuration;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** What is wrong with a file: all of it, so that it can be mended at once. Used by one thread. */
final class Complaints {

    /** More than that are hardly read, and mostly follow from the first ones. */
    private static final int MOST_SHOWN = 20;

    private final Path file;
    private final List<Complaint> complaints = new ArrayList<>();

    private record Complaint(int line, String text) {}

    Complaints(Path file) {
        this.file = file;
    }

    void add(int line, String text) {
        complaints.add(new Complaint(line, text));
    }

    boolean none() {
        return complaints.isEmpty();
    }

    /** All of them, each with file and line. */
    LifeboatException exception() {
        return new LifeboatException(
                ErrorCode.AGENT_CONFIGURATION_INVALID,
                complaints.stream()
                        .sorted(Comparator.comparingInt(Complaint::line))
                        .limit(MOST_SHOWN)
                        .map(one -> "%s:%d: %s.".formatted(file, one.line(), one.text()))
                        .collect(Collectors.joining(System.lineSeparator())));
    }
}
