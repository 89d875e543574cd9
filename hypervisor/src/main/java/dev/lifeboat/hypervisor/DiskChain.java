package dev.lifeboat.hypervisor;

import java.util.List;
import java.util.Optional;

/**
 * What a disk is made of while its machine has a process.
 *
 * @param images the one that the guest writes to first, then what lies beneath it; files, or words that tell
 * @param work that is under way on them
 */
public record DiskChain(List<String> images, Optional<DiskWork> work) {

    public DiskChain {
        images = List.copyOf(images);
    }

    /** Whether the disk needs nothing but the image that the guest writes to. */
    public boolean standsAlone() {
        return images.size() == 1 && work.isEmpty();
    }

    /**
     * Work on the images of a disk.
     *
     * @param kind of it
     * @param done of {@code total}, in bytes; both may grow
     * @param total see {@code done}
     * @param ready whether a commit has caught up with the guest and can be finished
     */
    public record DiskWork(Kind kind, long done, long total, boolean ready) {

        /** What is done. */
        public enum Kind {
            /** What lies beneath is taken into the image that the guest writes to. */
            PULL,
            /** What the guest has written is taken into the image beneath. */
            COMMIT,
            /** Something of somebody else, or a capture. */
            OTHER
        }
    }
}
