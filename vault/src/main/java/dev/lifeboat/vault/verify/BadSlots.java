package dev.lifeboat.vault.verify;

import dev.lifeboat.vault.key.SessionId;
import dev.lifeboat.vault.pack.PackId;
import dev.lifeboat.vault.pack.SlotAddress;
import dev.lifeboat.vault.pack.SlotKind;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The slots that cannot be read, and because of which objects. For one thread. */
final class BadSlots {

    private final Findings findings;
    private final Set<PackId> wholePacks = new HashSet<>();
    private final Map<PackId, BitSet> slots = new HashMap<>();
    private final Map<SessionId, String> sessions = new HashMap<>();

    BadSlots(Findings findings) {
        this.findings = findings;
    }

    /** Nothing of a pack can be relied on. */
    void pack(PackId pack, String problem) {
        wholePacks.add(pack);
        findings.add(pack.objectName(), problem);
    }

    /** A slot of a pack cannot be read. */
    void slot(PackId pack, int slot, String problem) {
        slots.computeIfAbsent(pack, _ -> new BitSet()).set(slot);
        findings.add(pack.objectName(), problem);
    }

    /** No block of a session's packs can be opened. */
    void session(SessionId session, String object, String problem) {
        sessions.put(session, object);
        findings.add(object, problem);
    }

    boolean isBad(SessionId session) {
        return sessions.containsKey(session);
    }

    boolean isEmpty() {
        return wholePacks.isEmpty() && slots.isEmpty() && sessions.isEmpty();
    }

    /** The objects because of which a slot cannot be read. */
    List<String> because(SlotKind kind, SlotAddress address) {
        List<String> objects = new ArrayList<>();
        BitSet inPack = slots.get(address.pack());
        if (wholePacks.contains(address.pack()) || (inPack != null && inPack.get(address.slot()))) {
            objects.add(address.pack().objectName());
        }
        String session = sessions.get(address.pack().session());
        if (kind == SlotKind.BLOCK && session != null) {
            objects.add(session);
        }
        return objects;
    }
}
