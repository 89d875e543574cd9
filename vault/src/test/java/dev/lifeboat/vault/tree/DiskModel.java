package dev.lifeboat.vault.tree;

import dev.lifeboat.vault.key.SessionId;
import dev.lifeboat.vault.pack.Digest128;
import dev.lifeboat.vault.pack.PackId;
import dev.lifeboat.vault.pack.SlotAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a tree stands for, without being one: a sorted map from blocks to what they are. */
final class DiskModel {

    static final DiskModel EMPTY = new DiskModel(0, new TreeMap<>());

    /** What a block is; one that was never written has no entry. */
    sealed interface Entry {}

    record Zero() implements Entry {}

    record Stored(long content) implements Entry {

        Digest128 digest() {
            return new Digest128(content, content * 31);
        }

        /** Somewhere; the same content may lie at several places, but here it does not. */
        SlotAddress address() {
            PackId pack = new PackId(new SessionId(content % 3), 1 + content % 80);
            return new SlotAddress(pack, (int) (content % 60_000), (int) (content % 1_000_000), 4000);
        }
    }

    static final Zero ZERO = new Zero();

    final long blocks;
    final NavigableMap<Long, Entry> entries;

    DiskModel(long blocks, NavigableMap<Long, Entry> entries) {
        this.blocks = blocks;
        this.entries = entries;
    }

    TreeShape shape() {
        return new TreeShape(blocks);
    }

    /** The same disk, resized, with these changes; null means never written. */
    DiskModel changed(long newBlocks, NavigableMap<Long, @Nullable Entry> changes) {
        NavigableMap<Long, Entry> next = new TreeMap<>(entries.headMap(newBlocks, false));
        changes.forEach((block, entry) -> {
            if (entry == null) {
                next.remove(block);
            } else {
                next.put(block, entry);
            }
        });
        return new DiskModel(newBlocks, next);
    }

    /** Makes the tree of what {@link #changed} gives, of the tree of this. */
    static Tree update(Tree base, long newBlocks, NavigableMap<Long, @Nullable Entry> changes, NodesInMemory nodes)
            throws InterruptedException {
        TreeShape shape = new TreeShape(newBlocks);
        TreeUpdater updater = new TreeUpdater(base, shape, nodes);
        for (long leaf : leaves(changes.keySet())) {
            TreeNode node = updater.leafBefore(leaf);
            changes.subMap(leaf * 64, leaf * 64 + 64).forEach((block, entry) -> {
                int at = (int) (block % 64);
                switch (entry) {
                    case null -> node.setNever(at);
                    case Zero() -> node.setZero(at);
                    case Stored stored -> node.setStored(at, stored.address(), stored.digest());
                    case Mixed _ -> throw new AssertionError("no block");
                }
            });
            updater.put(leaf, node);
        }
        return new Tree(shape, updater.finish(), nodes);
    }

    static NavigableSet<Long> leaves(Iterable<Long> blocks) {
        NavigableSet<Long> leaves = new TreeSet<>();
        blocks.forEach(block -> leaves.add(block / 64));
        return leaves;
    }

    /** How many nodes lie on the paths to these leaves in a tree of this height. */
    static int paths(Set<Long> leaves, int height) {
        int nodes = 0;
        for (int level = 0; level < height; level++) {
            Set<Long> ofLevel = new HashSet<>();
            for (long leaf : leaves) {
                ofLevel.add(leaf >> (6 * level));
            }
            nodes += ofLevel.size();
        }
        return nodes;
    }

    /** The leaves that are neither all zero nor all never written. */
    NavigableSet<Long> storedLeaves() {
        NavigableSet<Long> stored = new TreeSet<>();
        for (long leaf : leaves(entries.keySet())) {
            if (summary(1, leaf * 64) instanceof Mixed) {
                stored.add(leaf);
            }
        }
        return stored;
    }

    /** What a subtree is that has a node of its own. */
    record Mixed(Digest128 hash) implements Entry {}

    /** The root's hash as the page of the format defines it, computed from nothing but the blocks. */
    @Nullable
    Entry root() {
        return summary(shape().height(), 0);
    }

    /** What the 64^height blocks from this one on are: null when never written, zero, or a hash. */
    private @Nullable Entry summary(int height, long first) {
        if (height == 0) {
            return entries.get(first);
        }
        long under = 1L << (6 * (height - 1));
        if (entries.subMap(first, first + 64 * under).isEmpty()) {
            return null;
        }
        long stored = 0;
        long zero = 0;
        ByteBuffer digests = ByteBuffer.allocate(64 * 16);
        for (int i = 0; i < 64; i++) {
            switch (summary(height - 1, first + i * under)) {
                case null -> {}
                case Zero() -> zero |= 1L << i;
                case Stored block -> {
                    stored |= 1L << i;
                    digests.putLong(block.digest().high())
                            .putLong(block.digest().low());
                }
                case Mixed(var hash) -> {
                    stored |= 1L << i;
                    digests.putLong(hash.high()).putLong(hash.low());
                }
            }
        }
        if (zero == -1L) {
            return ZERO;
        }
        if (stored == 0 && zero == 0) {
            return null;
        }
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update("lifeboat/0 node".getBytes(StandardCharsets.US_ASCII));
            sha256.update(ByteBuffer.allocate(17)
                    .put((byte) (height - 1))
                    .putLong(stored)
                    .putLong(zero)
                    .flip());
            sha256.update(digests.flip());
            return new Mixed(Digest128.first(sha256.digest()));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
