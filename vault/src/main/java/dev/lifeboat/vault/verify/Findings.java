package dev.lifeboat.vault.verify;

import dev.lifeboat.vault.point.PointId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Collects what is wrong, by object. For one thread. */
final class Findings {

    /** A pack that rots has thousands of damaged slots; the first few show what kind of damage it is. */
    private static final int TOLD_PROBLEMS = 3;

    private static final class Entry {
        private final List<String> told = new ArrayList<>();
        private final TreeSet<PointId> points = new TreeSet<>();
        private int more;
    }

    private final Map<String, Entry> entries = new TreeMap<>();

    /** Something is wrong with an object. */
    void add(String object, String problem) {
        Entry entry = entries.computeIfAbsent(object, _ -> new Entry());
        if (entry.told.contains(problem)) {
            return;
        }
        if (entry.told.size() < TOLD_PROBLEMS) {
            entry.told.add(problem);
        } else {
            entry.more++;
        }
    }

    /** A point needs an object that something is wrong with. */
    void affects(String object, PointId point) {
        entries.computeIfAbsent(object, _ -> new Entry()).points.add(point);
    }

    boolean contains(String object) {
        return entries.containsKey(object);
    }

    List<Finding> all() {
        List<Finding> all = new ArrayList<>();
        entries.forEach((object, entry) -> {
            String problem = String.join(" ", entry.told);
            all.add(new Finding(
                    object,
                    entry.more == 0 ? problem : "%s And %d more like these.".formatted(problem, entry.more),
                    List.copyOf(entry.points)));
        });
        return all;
    }
}
