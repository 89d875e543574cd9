package dev.lifeboat.vault.verify;

import dev.lifeboat.vault.point.PointId;
import java.util.List;

/**
 * An object of a vault that is not as it should be.
 *
 * @param object its name in the store
 * @param problem what is wrong with it, in one line
 * @param points the points that cannot be read in full because of it, in order; none when nothing needs it
 */
public record Finding(String object, String problem, List<PointId> points) {

    public Finding {
        points = List.copyOf(points);
    }
}
