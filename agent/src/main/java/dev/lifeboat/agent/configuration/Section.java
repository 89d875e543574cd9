package dev.lifeboat.agent.configuration;

import dev.lifeboat.agent.configuration.Located.Entries;
import dev.lifeboat.agent.configuration.Located.Items;
import dev.lifeboat.agent.configuration.Located.Scalar;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A part of the file whose keys are known. What is asked of it is either there and allowed, or complained about; then
 * the answer is the fallback, so that reading goes on and finds the other faults.
 */
final class Section {

    private final String path;
    private final int line;
    private final Map<String, Located> entries;
    private final Complaints complaints;

    private Section(String path, int line, Map<String, Located> entries, Complaints complaints) {
        this.path = path;
        this.line = line;
        this.entries = entries;
        this.complaints = complaints;
    }

    /** A section that may have these keys and no others. */
    static Section of(Located located, String path, SectionKeys keys, Complaints complaints) {
        if (!(located instanceof Entries found)) {
            complaints.add(
                    located.line(),
                    "%s has to be a section with the keys %s".formatted(path.isEmpty() ? "it" : path, keys.text()));
            return new Section(path, located.line(), Map.of(), complaints);
        }
        found.entries().forEach((key, value) -> {
            if (!keys.all().contains(key)) {
                complaints.add(
                        value.line(), "there is no key %s; allowed are %s".formatted(joined(path, key), keys.text()));
            }
        });
        for (String needed : keys.required()) {
            if (!found.entries().containsKey(needed)) {
                complaints.add(located.line(), "the key %s is missing".formatted(joined(path, needed)));
            }
        }
        return new Section(path, located.line(), found.entries(), complaints);
    }

    int line() {
        return line;
    }

    int line(String key) {
        Located value = entries.get(key);
        return value == null ? line : value.line();
    }

    /** Whether the key is there. */
    boolean has(String key) {
        return entries.containsKey(key);
    }

    /**
     * A single value.
     *
     * @param allowed what is allowed, after "allowed is"
     * @param reading gives nothing for what is not allowed
     */
    <T> T value(String key, T fallback, String allowed, Function<String, Optional<T>> reading) {
        Located value = entries.get(key);
        if (value == null) {
            return fallback;
        }
        if (value instanceof Scalar scalar) {
            Optional<T> read = reading.apply(scalar.text());
            if (read.isPresent()) {
                return read.get();
            }
            complaints.add(
                    scalar.line(), "%s is \"%s\"; allowed is %s".formatted(joined(path, key), scalar.text(), allowed));
        } else {
            complaints.add(value.line(), "%s is %s; allowed is %s".formatted(joined(path, key), value.kind(), allowed));
        }
        return fallback;
    }

    /** A section below this one; one without keys where there is none. */
    Section section(String key, SectionKeys keys) {
        Located value = entries.get(key);
        return value == null
                ? new Section(joined(path, key), line, Map.of(), complaints)
                : of(value, joined(path, key), keys, complaints);
    }

    /** A list of sections. */
    List<Section> sections(String key, SectionKeys keys) {
        List<Located> items = items(key);
        return java.util.stream.IntStream.range(0, items.size())
                .mapToObj(i -> of(items.get(i), "%s[%d]".formatted(joined(path, key), i), keys, complaints))
                .toList();
    }

    /** A list of single values, each with its line. */
    List<Scalar> scalars(String key) {
        return items(key).stream()
                .flatMap(item -> {
                    if (item instanceof Scalar scalar) {
                        return java.util.stream.Stream.of(scalar);
                    }
                    complaints.add(item.line(), "%s has %s in it".formatted(joined(path, key), item.kind()));
                    return java.util.stream.Stream.empty();
                })
                .toList();
    }

    private List<Located> items(String key) {
        Located value = entries.get(key);
        if (value == null) {
            return List.of();
        }
        if (value instanceof Items list) {
            return list.items();
        }
        complaints.add(value.line(), "%s has to be a list".formatted(joined(path, key)));
        return List.of();
    }

    private static String joined(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
