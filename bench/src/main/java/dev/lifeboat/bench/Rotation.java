package dev.lifeboat.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Who goes first: another in each round, so that none always profits, or suffers, from what ran before it. */
final class Rotation {

    private Rotation() {}

    /**
     * The order of a round.
     *
     * @param round from 1, in which the order is the given one
     */
    static <T> List<T> of(List<T> contenders, int round) {
        List<T> order = new ArrayList<>(contenders);
        Collections.rotate(order, -(round - 1));
        return List.copyOf(order);
    }
}
