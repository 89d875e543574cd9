package dev.lifeboat.vault.verify;

import dev.lifeboat.vault.disk.Fingerprints;
import dev.lifeboat.vault.pack.Block;
import dev.lifeboat.vault.pack.PackId;
import dev.lifeboat.vault.pack.PackKeys;
import dev.lifeboat.vault.pack.PackTable;
import dev.lifeboat.vault.pack.SlotKind;
import dev.lifeboat.vault.pack.SlotOpener;
import dev.lifeboat.vault.pack.Zstandard;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.ObjectMissing;
import dev.lifeboat.vault.store.ObjectName;
import dev.lifeboat.vault.store.StoreException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Looks at one pack after the other: its table, whether all slots that trees lead to are in it, and, if data is to be
 * read, every slot's checksum and every such block's content. Not for use by several threads at once.
 */
final class PackCheck {

    /** What one ranged read fetches at most, unless a single slot is longer. */
    private static final int RUN_BYTES = 4 << 20;

    private final BlobStore store;
    private final boolean readData;
    private final SlotOpener opener;
    private final Fingerprints fingerprints;
    private final byte[] content = new byte[Block.SIZE];
    private byte[] run = new byte[0];

    PackCheck(BlobStore store, boolean readData, byte[] vaultId, PackKeys keys, byte[] fingerprintKey) {
        this.store = store;
        this.readData = readData;
        this.opener = new SlotOpener(SlotKind.BLOCK, vaultId, keys, new Zstandard(Zstandard.LEVEL));
        this.fingerprints = new Fingerprints(fingerprintKey);
    }

    /**
     * What was seen.
     *
     * @param pack which pack
     * @param length of its object
     * @param wrong what is wrong with all of it; empty when only slots are, or nothing is
     * @param slots the slots that something is wrong with
     */
    record Seen(PackId pack, long length, String wrong, List<Slot> slots) {}

    /** A slot that something is wrong with. */
    record Slot(int number, String problem) {}

    private record Opened(PackTable table, long length) {}

    /**
     * Looks at a pack.
     *
     * @param claims what trees say of it
     * @param open whether its blocks can be opened
     */
    Seen look(PackId pack, SlotClaims.InPack claims, boolean open) {
        ObjectName name = ObjectName.of(pack.objectName());
        Damage.Result<Opened> read = Damage.twice(() -> table(pack, name));
        if (read.content().isEmpty()) {
            return new Seen(pack, 0, read.problem(), List.of());
        }
        PackTable table = read.content().get().table();
        List<Slot> wrong = new ArrayList<>();
        requireKind(table, claims.nodes(), SlotKind.NODE, wrong);
        requireKind(table, claims.blocks(), SlotKind.BLOCK, wrong);
        if (readData) {
            contents(name, table, claims, open, wrong);
        }
        return new Seen(pack, read.content().get().length(), "", wrong);
    }

    private Opened table(PackId pack, ObjectName name) {
        try {
            long length = store.head(name)
                    .orElseThrow(() -> new ObjectMissing(store.describe(), name))
                    .size();
            return new Opened(
                    PackTable.read(pack, length, (offset, part) -> store.getRange(name, offset, part)), length);
        } catch (StoreException e) {
            throw e.toLifeboat();
        }
    }

    private static void requireKind(PackTable table, BitSet claimed, SlotKind kind, List<Slot> wrong) {
        claimed.stream()
                .filter(slot -> slot >= table.entries().size()
                        || table.entries().get(slot).kind() != kind)
                .forEach(slot -> wrong.add(new Slot(
                        slot, "Slot %d is missing, or is none of the kind that a tree says.".formatted(slot))));
    }

    private void contents(ObjectName name, PackTable table, SlotClaims.InPack claims, boolean open, List<Slot> wrong) {
        List<PackTable.Entry> entries = table.entries();
        int from = 0;
        while (from < entries.size()) {
            int to = from + 1;
            int length = entries.get(from).address().length();
            while (to < entries.size() && length + entries.get(to).address().length() <= RUN_BYTES) {
                length += entries.get(to).address().length();
                to++;
            }
            List<PackTable.Entry> part = entries.subList(from, to);
            List<Slot> first = slots(name, part, length, claims, open);
            if (!first.isEmpty()) {
                // A reading that went wrong on its way is no damage: what is still wrong the second time is.
                List<Slot> second = slots(name, part, length, claims, open);
                second.stream()
                        .filter(slot -> first.stream().anyMatch(one -> one.number() == slot.number()))
                        .forEach(wrong::add);
            }
            from = to;
        }
    }

    private List<Slot> slots(
            ObjectName name, List<PackTable.Entry> part, int length, SlotClaims.InPack claims, boolean open) {
        if (run.length < length) {
            run = new byte[Math.max(length, RUN_BYTES)];
        }
        int start = part.getFirst().address().offset();
        try {
            store.getRange(name, start, ByteBuffer.wrap(run, 0, length));
        } catch (StoreException e) {
            if (e.kind() != StoreException.Kind.PAST_END && e.kind() != StoreException.Kind.MISSING) {
                throw e.toLifeboat();
            }
            return part.stream()
                    .map(entry -> new Slot(
                            entry.address().slot(),
                            "Slot %d cannot be read any more."
                                    .formatted(entry.address().slot())))
                    .toList();
        }
        List<Slot> wrong = new ArrayList<>();
        for (PackTable.Entry entry : part) {
            int slot = entry.address().slot();
            int at = entry.address().offset() - start;
            if (!entry.matches(run, at)) {
                wrong.add(new Slot(slot, "Slot %d has a wrong checksum.".formatted(slot)));
            } else if (open && claims.blocks().get(slot) && entry.kind() == SlotKind.BLOCK) {
                open(entry, at, claims, wrong);
            }
        }
        return wrong;
    }

    private void open(PackTable.Entry entry, int at, SlotClaims.InPack claims, List<Slot> wrong) {
        int slot = entry.address().slot();
        int length = opener.open(
                entry.address().pack(), slot, run, at, entry.address().length(), content);
        if (length < 0) {
            wrong.add(new Slot(slot, "Slot %d does not open.".formatted(slot)));
        } else if (!claims.holds(slot, fingerprints.of(content, 0, length))) {
            wrong.add(new Slot(slot, "Slot %d holds another block than its tree says.".formatted(slot)));
        }
    }
}
