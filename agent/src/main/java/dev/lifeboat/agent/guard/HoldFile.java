package dev.lifeboat.agent.guard;

import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.replication.Guard.Hold;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What a guard must undo, kept for the guard that comes after it was killed. A text file that is always replaced as a
 * whole, see {@code docs/formats/guard-holds.md}:
 *
 * <pre>
 * lifeboat-guard 1
 * HOLD UUID+ UUID-      one line for each hold; + for a machine that ran when the guard was armed
 * end
 * </pre>
 *
 * It is not forced to the disk: what makes page cache vanish stops the machines too. Used by one thread at a time.
 */
final class HoldFile {

    private static final String HEADER = "lifeboat-guard 1";
    private static final String END = "end";

    /** Enough for {@value #MOST_HOLDS} groups at once. */
    private static final int MOST_HOLDS = 1024;

    private static final int MAX_BYTES = MOST_HOLDS * 64 + Held.MOST_MACHINES * 8 * 64;

    private final Path file;

    HoldFile(Path file) {
        this.file = file;
    }

    /** What was written last; nothing when nothing was. */
    List<Held> read() throws IOException {
        List<String> lines;
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IOException("%s is too large to be the guard's".formatted(file));
            }
            lines = Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            return List.of();
        }
        if (lines.size() < 2
                || !lines.getFirst().equals(HEADER)
                || !lines.getLast().equals(END)) {
            throw new IOException("%s is not the guard's, or of another version".formatted(file));
        }
        try {
            return lines.subList(1, lines.size() - 1).stream()
                    .map(HoldFile::parse)
                    .toList();
        } catch (IllegalArgumentException e) {
            throw new IOException("%s: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** Replaces what is there. */
    void write(Collection<Held> holds) throws IOException {
        StringBuilder text = new StringBuilder(HEADER).append('\n');
        holds.forEach(held -> text.append(line(held)).append('\n'));
        text.append(END).append('\n');
        if (text.length() > MAX_BYTES) {
            throw new IOException("more is held than a guard can remember");
        }
        Path next = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(next, text);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String line(Held held) {
        return held.hold() + " "
                + new TreeSet<>(held.machines())
                        .stream()
                                .map(machine -> machine + (held.running().contains(machine) ? "+" : "-"))
                                .collect(Collectors.joining(" "));
    }

    private static Held parse(String line) {
        List<String> words = List.of(line.split(" ", -1));
        Set<MachineId> machines = new HashSet<>();
        Set<MachineId> running = new HashSet<>();
        for (String word : words.subList(1, words.size())) {
            if (!word.endsWith("+") && !word.endsWith("-")) {
                throw new IllegalArgumentException("\"%s\" is no machine".formatted(word));
            }
            MachineId machine = new MachineId(UUID.fromString(word.substring(0, word.length() - 1)));
            machines.add(machine);
            if (word.endsWith("+")) {
                running.add(machine);
            }
        }
        return new Held(Hold.valueOf(words.getFirst()), machines, running);
    }
}
