package dev.lifeboat.vault.verify;

import dev.lifeboat.vault.pack.Digest128;
import dev.lifeboat.vault.pack.PackId;
import dev.lifeboat.vault.pack.SlotAddress;
import dev.lifeboat.vault.pack.SlotKind;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which slots trees lead to, and what they say is there: for each slot its kind and half of its digest. A TiB of stored
 * blocks takes 150 to 300 MiB. For one thread while it grows, for any number of them afterwards.
 */
final class SlotClaims {

    /** What became of a claim. */
    enum Outcome {
        /** No tree led to the slot before. */
        FIRST,
        /** Another tree said the same. */
        KNOWN,
        /** Another tree said something else. */
        CONTRADICTS
    }

    /** The slots of one pack that trees lead to. */
    static final class InPack {
        private final BitSet nodes = new BitSet();
        private final BitSet blocks = new BitSet();
        private long[] digests = new long[64];

        private Outcome claim(SlotKind kind, int slot, Digest128 digest) {
            BitSet own = kind == SlotKind.NODE ? nodes : blocks;
            BitSet other = kind == SlotKind.NODE ? blocks : nodes;
            if (other.get(slot)) {
                return Outcome.CONTRADICTS;
            }
            if (own.get(slot)) {
                return digests[slot] == digest.high() ? Outcome.KNOWN : Outcome.CONTRADICTS;
            }
            if (slot >= digests.length) {
                digests = Arrays.copyOf(digests, Math.max(slot + 1, 2 * digests.length));
            }
            own.set(slot);
            digests[slot] = digest.high();
            return Outcome.FIRST;
        }

        /** The slots said to hold nodes. */
        BitSet nodes() {
            return nodes;
        }

        /** The slots said to hold blocks. */
        BitSet blocks() {
            return blocks;
        }

        /** Whether this is the digest that was named. */
        boolean holds(int slot, Digest128 digest) {
            return digests[slot] == digest.high();
        }
    }

    private final Map<PackId, InPack> packs = new TreeMap<>();

    /** A tree leads to a slot. */
    Outcome claim(SlotKind kind, SlotAddress address, Digest128 digest) {
        return packs.computeIfAbsent(address.pack(), _ -> new InPack()).claim(kind, address.slot(), digest);
    }

    /** Whether a tree leads to a node in this slot. */
    boolean contains(SlotAddress node) {
        InPack pack = packs.get(node.pack());
        return pack != null && pack.nodes.get(node.slot());
    }

    /** All packs that trees lead to, in order. */
    Map<PackId, InPack> packs() {
        return packs;
    }

    long count(SlotKind kind) {
        return packs.values().stream()
                .mapToLong(pack -> (kind == SlotKind.NODE ? pack.nodes : pack.blocks).cardinality())
                .sum();
    }
}
