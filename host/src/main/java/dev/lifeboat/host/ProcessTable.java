package dev.lifeboat.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The processes of this host as the kernel lists them, proc(5). Every call looks afresh; a process that ends while it
 * is looked at is simply not there.
 */
public final class ProcessTable {

    private static final Path PROC = Path.of("/proc");

    private ProcessTable() {}

    /**
     * A process.
     *
     * @param id its id as seen from here
     * @param arguments the program and its arguments
     * @param idInside its id in the innermost process namespace it is in; 1 for the init of a namespace
     */
    public record Entry(long id, List<String> arguments, long idInside) {

        public Entry {
            arguments = List.copyOf(arguments);
        }

        /** Whether it is the first process of a process namespace other than ours: killing it ends all of them. */
        public boolean isInitOfNamespace() {
            return idInside == 1 && id != 1;
        }
    }

    /** The processes that were started with an argument equal to this. */
    public static List<Entry> withArgument(String argument) {
        return all().stream()
                .filter(entry -> entry.arguments().contains(argument))
                .toList();
    }

    /** The processes that were started with an argument that begins with this. */
    public static List<Entry> withArgumentPrefix(String prefix) {
        return all().stream()
                .filter(entry -> entry.arguments().stream().anyMatch(argument -> argument.startsWith(prefix)))
                .toList();
    }

    /** All processes that can be seen from here. */
    public static List<Entry> all() {
        try (Stream<Path> entries = Files.list(PROC)) {
            return entries.filter(path -> isNumber(path.getFileName().toString()))
                    .map(ProcessTable::read)
                    .flatMap(Optional::stream)
                    .toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Optional<Entry> read(Path process) {
        try {
            String line = Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
            long inside = Files.readString(process.resolve("status"), StandardCharsets.ISO_8859_1)
                    .lines()
                    .filter(field -> field.startsWith("NSpid:"))
                    .map(field -> field.substring(field.lastIndexOf('\t') + 1))
                    .mapToLong(Long::parseLong)
                    .findFirst()
                    .orElse(0);
            return Optional.of(
                    new Entry(Long.parseLong(process.getFileName().toString()), List.of(line.split("\0", -1)), inside));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static boolean isNumber(String name) {
        return !name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
