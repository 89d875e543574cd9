package dev.lifeboat.vault.pack;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps the packs that it gets. */
final class SinkInMemory implements PackSink {

    final Map<PackId, byte[]> packs = new ConcurrentHashMap<>();
    final Map<PackId, List<FinishedPack.Slot>> slots = new ConcurrentHashMap<>();

    @Override
    public void put(FinishedPack pack) {
        byte[] content = new byte[pack.content().remaining()];
        pack.content().get(content);
        List<FinishedPack.Slot> list = new ArrayList<>();
        pack.slots().forEach(list::add);
        if (packs.put(pack.id(), content) != null) {
            throw new IllegalStateException("pack " + pack.id() + " came twice");
        }
        slots.put(pack.id(), list);
    }

    byte[] pack(PackId id) {
        byte[] pack = packs.get(id);
        if (pack == null) {
            throw new AssertionError("pack " + id + " is not stored");
        }
        return pack;
    }

    List<FinishedPack.Slot> slots(PackId id) {
        return slots.getOrDefault(id, List.of());
    }

    PackTable table(PackId id) {
        byte[] pack = pack(id);
        return PackTable.read(id, pack.length, (offset, into) -> into.put(pack, (int) offset, into.remaining()));
    }

    /** The sealed slot at this place. */
    byte[] slot(SlotAddress at) {
        return Arrays.copyOfRange(pack(at.pack()), at.offset(), at.offset() + at.length());
    }
}
