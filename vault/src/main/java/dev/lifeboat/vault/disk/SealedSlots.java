package dev.lifeboat.vault.disk;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.pack.PackId;
import dev.lifeboat.vault.pack.PackTable;
import dev.lifeboat.vault.pack.SlotAddress;
import dev.lifeboat.vault.pack.SlotKind;
import dev.lifeboat.vault.pack.SlotOpener;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.ObjectMissing;
import dev.lifeboat.vault.store.ObjectName;
import dev.lifeboat.vault.store.StoreException;
import java.nio.ByteBuffer;

/**
 * Reads single slots. The address's hint is tried first, which costs one ranged read; when the tag says that the hint
 * was wrong, the pack's own table is asked. Safe for use by several threads.
 */
public final class SealedSlots {

    private final BlobStore store;

    public SealedSlots(BlobStore store) {
        this.store = store;
    }

    /**
     * Fills a buffer with sealed slots that lie one behind the other.
     *
     * @return whether there are so many bytes at this place
     * @throws LifeboatException with {@link ErrorCode#VAULT_OBJECT_MISSING} when there is no such pack
     */
    public boolean readRun(PackId pack, int offset, ByteBuffer into) {
        if (offset < 0) {
            // A hint is a claim: nothing lies at such a place.
            return false;
        }
        try {
            store.getRange(ObjectName.of(pack.objectName()), offset, into);
            return true;
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.PAST_END) {
                return false;
            }
            throw e.toLifeboat();
        }
    }

    /**
     * Reads and opens a slot.
     *
     * @return how many bytes the content has
     * @throws LifeboatException with {@link ErrorCode#VAULT_OBJECT_MISSING} or {@link ErrorCode#VAULT_OBJECT_DAMAGED}
     */
    public int open(SlotAddress address, SlotKind kind, SlotOpener opener, byte[] into) {
        int length = tryOpen(address, opener, into);
        return length >= 0 ? length : openByTable(address, kind, opener, into);
    }

    /** As {@link #open}, without trust in the hint. */
    int openByTable(SlotAddress address, SlotKind kind, SlotOpener opener, byte[] into) {
        PackTable.Entry entry = entry(address, kind);
        int length = tryOpen(entry.address(), opener, into);
        if (length < 0) {
            // A reading that went wrong on its way is no damage: it is believed when it happens twice.
            length = tryOpen(entry.address(), opener, into);
        }
        if (length < 0) {
            throw damaged(address, "does not open");
        }
        return length;
    }

    private PackTable.Entry entry(SlotAddress address, SlotKind kind) {
        ObjectName name = ObjectName.of(address.pack().objectName());
        try {
            long size = store.head(name)
                    .orElseThrow(() -> new ObjectMissing(store.describe(), name))
                    .size();
            PackTable table =
                    PackTable.read(address.pack(), size, (offset, part) -> store.getRange(name, offset, part));
            if (address.slot() >= table.entries().size()
                    || table.entries().get(address.slot()).kind() != kind) {
                throw damaged(address, "is not in its pack");
            }
            return table.entries().get(address.slot());
        } catch (StoreException e) {
            throw e.toLifeboat();
        }
    }

    private int tryOpen(SlotAddress address, SlotOpener opener, byte[] into) {
        byte[] sealed = new byte[address.length()];
        if (!readRun(address.pack(), address.offset(), ByteBuffer.wrap(sealed))) {
            return -1;
        }
        return opener.open(address.pack(), address.slot(), sealed, 0, sealed.length, into);
    }

    static LifeboatException damaged(SlotAddress address, String how) {
        return new LifeboatException(
                ErrorCode.VAULT_OBJECT_DAMAGED,
                "%s: slot %d %s.".formatted(address.pack().objectName(), address.slot(), how));
    }
}
