package dev.lifeboat.bench;

import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.LifeboatException;
import java.nio.file.Path;

/** Begins protections for the benches, each with a new vault of its own and a first point of the whole disk. */
public interface IncrementalSessions {

    /**
     * Of a disk that is a file.
     *
     * @param folder an empty folder for the vault, on the file system that is measured
     * @param image the disk; it is read again at each point, and changes between them
     * @throws LifeboatException when there is no vault or no first point
     * @throws InterruptedException when the thread is asked to stop
     */
    IncrementalSession ofImage(Path folder, Path image) throws InterruptedException;

    /**
     * Of a disk that does not exist, whose blocks are nevertheless all mapped to stored ones. It is prepared without
     * writing as many bytes as the disk has. Whatever is said to have changed is made up, half of it random.
     *
     * @param folder an empty folder for the vault, on the file system that is measured
     * @param disk the size of the disk
     * @throws LifeboatException when there is no vault or no first point
     * @throws InterruptedException when the thread is asked to stop
     */
    IncrementalSession ofMappedDisk(Path folder, ByteCount disk) throws InterruptedException;
}
