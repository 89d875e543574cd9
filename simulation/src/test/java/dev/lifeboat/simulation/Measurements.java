package dev.lifeboat.simulation;

import java.util.ArrayList;
import java.util.List;

/** Values that were measured one after the other, to be told by their ranks. */
final class Measurements {

    private final List<Double> values = new ArrayList<>();

    void add(double value) {
        values.add(value);
    }

    int count() {
        return values.size();
    }

    /** The smallest value that so many percent of all do not exceed; NaN when there is none. */
    double percentile(int percent) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.isEmpty() ? Double.NaN : sorted.get(Math.max(0, (sorted.size() * percent + 99) / 100 - 1));
    }

    double median() {
        return percentile(50);
    }

    double most() {
        return percentile(100);
    }
}
