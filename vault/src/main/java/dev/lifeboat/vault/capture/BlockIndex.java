package dev.lifeboat.vault.capture;

import dev.lifeboat.model.ByteCount;
import dev.lifeboat.vault.pack.Digest128;
import dev.lifeboat.vault.pack.FinishedPack;
import dev.lifeboat.vault.pack.SlotAddress;
import dev.lifeboat.vault.pack.SlotKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Remembers in a file, from session to session, where the blocks of a writer are. A cache of bounded size: the oldest
 * make room for new ones, and a file that is missing, damaged or of another scope is begun anew.
 *
 * <p>What it says is true:
 *
 * <ul>
 *   <li>Only blocks of packs that are durable come into the file, so that it may be cut off or torn at any moment; each
 *       page has a checksum, and one that does not pass is empty.
 *   <li>Blocks of packs that are on their way are remembered in memory, like by {@link RecentBlocks}, and are asked for
 *       in the session that sealed them only. Hence <b>one index is opened for one session</b>, and closed with it.
 *   <li>The file carries the generation that it knows. Opened for another one it is begun anew; whoever learns of a gap
 *       while it is open calls {@link #drop}.
 * </ul>
 *
 * <p>It never fails a capture. When the file is open elsewhere or its disk fails, that is told once, and the index goes
 * on in memory only. Safe for use by several threads.
 */
public final class BlockIndex implements KnownBlocks, AutoCloseable {

    /** 65,535 pages of 99 entries: the blocks of 396 GiB. The file is sparse and takes what it has entries for. */
    public static final ByteCount STANDARD_BYTES = ByteCount.ofMebibytes(256);

    private final Path file;
    private final Consumer<String> trouble;
    private BlockIndexScope scope;
    private volatile RecentBlocks recent = new RecentBlocks();
    private @Nullable BlockTable table;
    private boolean told;

    private BlockIndex(Path file, BlockIndexScope scope, Consumer<String> trouble) {
        this.file = file;
        this.scope = scope;
        this.trouble = trouble;
    }

    /**
     * Opens the index for one session.
     *
     * @param file where it is or shall be, in a folder that is there; only its owner can read it
     * @param most how large the file may become, at least two pages of 4 KiB; of another size it is begun anew
     * @param trouble is told, in a sentence and at most once, why the file cannot be used
     */
    public static BlockIndex open(Path file, ByteCount most, BlockIndexScope scope, Consumer<String> trouble) {
        long pages = most.bytes() / BlockPage.BYTES - 1;
        if (pages < 1 || pages > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a block index of " + most);
        }
        BlockIndex index = new BlockIndex(file, scope, trouble);
        index.openTable((int) pages);
        return index;
    }

    private synchronized void openTable(int pages) {
        try {
            table = BlockTable.open(file, pages, scope).orElse(null);
            if (table == null) {
                tell("it is in use");
            }
        } catch (IOException e) {
            tell(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public Optional<SlotAddress> find(Digest128 fingerprint) {
        Optional<SlotAddress> address = recent.find(fingerprint);
        return address.isPresent() ? address : findInFile(fingerprint);
    }

    private synchronized Optional<SlotAddress> findInFile(Digest128 fingerprint) {
        BlockTable open = table;
        if (open == null) {
            return Optional.empty();
        }
        try {
            return open.find(fingerprint);
        } catch (IOException e) {
            giveUp(e);
            return Optional.empty();
        }
    }

    @Override
    public void sealed(Digest128 fingerprint, SlotAddress address) {
        recent.sealed(fingerprint, address);
    }

    @Override
    public void durable(FinishedPack pack) {
        if (!isKept()) {
            recent.durable(pack);
            return;
        }
        for (FinishedPack.Slot slot : pack.slots()) {
            if (slot.kind() == SlotKind.BLOCK) {
                putInFile(slot);
            }
        }
    }

    @Override
    public void ended() {
        recent.ended();
    }

    /** For one slot at a time, so that those who look for a block need not wait for a pack. */
    private synchronized void putInFile(FinishedPack.Slot slot) {
        BlockTable open = table;
        if (open == null) {
            return;
        }
        try {
            open.put(slot.digest(), slot.address());
        } catch (IOException e) {
            giveUp(e);
        }
    }

    /**
     * Forgets everything, in the file and in memory. When this returns, nothing that was known before is found by
     * whoever opens the file for this generation, also after a crash. A file that cannot be written any more still has
     * its old generation, and is not believed for that reason.
     *
     * @param generation the one that the writer knows now
     */
    public synchronized void drop(long generation) {
        recent = new RecentBlocks();
        scope = scope.at(generation);
        BlockTable open = table;
        if (open == null) {
            return;
        }
        try {
            open.begin(scope);
        } catch (IOException e) {
            giveUp(e);
        }
    }

    private void giveUp(IOException failure) {
        tell(String.valueOf(failure.getMessage()));
        close();
    }

    private void tell(String why) {
        if (told) {
            return;
        }
        told = true;
        trouble.accept("The block index %s cannot be used, and blocks may be stored twice: %s.".formatted(file, why));
    }

    /** Whether what is durable is remembered for sessions to come. */
    public synchronized boolean isKept() {
        return table != null;
    }

    /** Leaves the file to the next session. From now on there is only what is in memory. */
    @Override
    public synchronized void close() {
        BlockTable open = table;
        table = null;
        if (open == null) {
            return;
        }
        try {
            open.close();
        } catch (IOException e) {
            tell(String.valueOf(e.getMessage()));
        }
    }
}
