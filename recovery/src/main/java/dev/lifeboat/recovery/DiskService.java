package dev.lifeboat.recovery;

import dev.lifeboat.recovery.RecoveryOrder.Wanted;
import dev.lifeboat.recovery.export.Account;
import dev.lifeboat.recovery.overlay.Overlay;
import dev.lifeboat.vault.point.PointId;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Serves the disks of recovered machines, as they are in the vault, to this host's hypervisor, by processes that
 * outlive this one; and makes what lies over them.
 *
 * <p>Contract: what is served already goes on, what has ended is ended; both are seen before they are told. Safe for
 * use by several threads, each for another machine.
 */
interface DiskService {

    /**
     * Makes sure that a machine's disks are served.
     *
     * @param ran whether the machine may have run before: what is served from now on does not show how it starts
     * @param progress hears in sentences what will make its start faster, or should have
     * @return where they are
     * @throws dev.lifeboat.model.LifeboatException with {@link dev.lifeboat.model.ErrorCode#RECOVERY_KEY_NEEDED} when
     *     they are not and there is no key at hand
     */
    Served serve(RecoveryFolder folder, PointId point, String machine, boolean ran, Consumer<String> progress)
            throws InterruptedException;

    /** Where a machine's disks are served. */
    @FunctionalInterface
    interface Served {

        /** The address of a disk, as the hypervisor takes it. */
        String address(String disk);
    }

    /** Whether both the export and its relay run. */
    boolean serves(RecoveryFolder folder, String machine);

    /**
     * Whether what is served can be read too, asked now: it comes from a store that may be away. A guest that is let go
     * on before that waits again, and while it runs its own time limits do too.
     */
    boolean answers(RecoveryFolder folder, String machine);

    /**
     * Makes the image that takes what a machine writes, or leaves the one that is there.
     *
     * @param owner who may read and write it; empty for this process's own account
     * @throws dev.lifeboat.model.LifeboatException as {@link Overlay#make}
     */
    void makeOverlay(Overlay overlay, Optional<Account> owner) throws InterruptedException;

    /**
     * The machine is up: what it reads from now on is no part of its start. What it has read until now is kept for its
     * next one, if more was seen of it than that it runs. Nothing of this fails the machine; what does not work is
     * said.
     *
     * @param wanted the machine, and what was seen of it
     * @param progress hears in a sentence what is kept, or why it is not
     */
    void isUp(RecoveryFolder folder, PointId point, Wanted wanted, Consumer<String> progress);

    /**
     * Ends what serves a machine's disks.
     *
     * @return what is left, for people; empty when nothing is
     */
    List<String> end(RecoveryFolder folder, String machine) throws InterruptedException;
}
