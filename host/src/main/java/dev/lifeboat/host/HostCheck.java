package dev.lifeboat.host;

import java.util.List;
import java.util.Set;

/**
 * One respect in which a host is looked at. A check changes nothing on the host and may be made any number of times.
 */
public interface HostCheck {

    /** Its name in the table of {@code lifeboat doctor}. */
    String name();

    /** What it is needed for; never empty. */
    Set<Need> needs();

    /**
     * Looks.
     *
     * @throws InterruptedException when the thread is asked to stop
     */
    HostFinding look() throws InterruptedException;

    /** What a package would bring and is not there. Answers at once, from the file system alone. */
    default List<HostPiece> lacking() {
        return List.of();
    }
}
