package dev.lifeboat.lab.shop;

import java.util.ArrayList;
import java.util.List;

/**
 * Things of one kind that were found: how many, and the first of them. A disaster may lose a hundred thousand orders; a
 * report that lists them all would be read by nobody.
 *
 * @param count how many there are
 * @param first the first {@value #SHOWN} of them, in the order in which they were found
 */
public record Findings<T>(long count, List<T> first) {

    /** Enough to see a pattern, few enough for a screen. */
    public static final int SHOWN = 20;

    public Findings {
        first = List.copyOf(first);
        if (count < first.size()) {
            throw new IllegalArgumentException(count + " findings, of which " + first.size() + " are shown");
        }
    }

    public boolean none() {
        return count == 0;
    }

    /** Findings in the making. Not thread-safe. */
    public static final class Collector<T> {

        private final List<T> first = new ArrayList<>();
        private long count;

        public void add(T finding) {
            count++;
            if (first.size() < SHOWN) {
                first.add(finding);
            }
        }

        /** Adds findings that were collected elsewhere, behind those that are here. */
        public void addAll(Findings<? extends T> more) {
            more.first().stream().limit(SHOWN - first.size()).forEach(first::add);
            count += more.count();
        }

        public Findings<T> findings() {
            return new Findings<>(count, first);
        }
    }
}
