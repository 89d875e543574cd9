package dev.lifeboat.bench;

import dev.lifeboat.model.LifeboatException;
import java.util.List;

/**
 * A running protection of one disk, as a service holds it: the vault is open, the last point is known. Every call
 * brings one further point. For one thread.
 */
public interface IncrementalSession extends AutoCloseable {

    /**
     * Brings the vault up to date and publishes a point. When it returns, the point would survive a loss of power.
     *
     * @param changed the only places at which the disk differs from the last point; in order, not overlapping
     * @throws LifeboatException when there is no point
     * @throws InterruptedException when the thread is asked to stop
     */
    PointResult nextPoint(List<ByteRange> changed) throws InterruptedException;

    /** Ends the protection. What is stored stays. */
    @Override
    void close();
}
