package dev.lifeboat.recovery.home;

/** Hears what was just done, so that a test can stop there. */
@FunctionalInterface
interface Steps {

    /** Nobody listens. */
    Steps UNHEARD = step -> {};

    /** What was done. */
    enum Step {
        /** The journal says where the overlay is going. */
        JOURNAL_MOVING,
        /** The overlay is there and has its size. */
        OVERLAY_READY,
        /** The journal says which point the new overlay is, or that it is not known. */
        START_NOTED,
        /** A leaf's blocks were written, as far as they had to be. */
        LEAF,
        /** All blocks were handed to QEMU. */
        BLOCKS,
        /** QEMU has ended, and the overlay is durable. */
        OVERLAY_CLOSED,
        /** The journal says that the overlay is the point. */
        JOURNAL_AT,
        /** The journal says that the overlay is being taken into the old disk. */
        JOURNAL_COMMITTING,
        /** The old disk has all blocks. */
        COMMITTED,
        /** The old disk has its size, and is durable. */
        RESIZED,
        /** The journal says that the old disk has everything. */
        JOURNAL_COMMITTED,
        /** The overlay is gone. */
        OVERLAY_REMOVED,
        /** The group's journal says which machines follow. */
        GROUP_NOTED,
        /** The group's journal says that its machines are brought home. */
        GROUP_FINISHING,
        /** The journal says that a machine may write to the overlay. */
        HANDED_OVER,
        /** A machine that runs is on its old disk. */
        PIVOTED
    }

    /** Something was done. */
    void after(Step step);
}
