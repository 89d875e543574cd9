package dev.lifeboat.replication;

import dev.lifeboat.vault.SessionRegister;
import dev.lifeboat.vault.key.SessionId;
import dev.lifeboat.vault.key.TrustAnchor;
import dev.lifeboat.vault.pack.PackId;
import dev.lifeboat.vault.seed.SeedFolder;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.ObjectName;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The packs of a first copy that lie in a folder: which, and how much that is. Packs of a session are numbered from 1,
 * so that hundreds of thousands take little room. For one thread at a time.
 */
final class SeedPacks {

    private final Map<SessionId, BitSet> numbers = new LinkedHashMap<>();
    private long bytes;

    /** Those of these sessions that a folder has. */
    static SeedPacks in(SeedFolder folder, Set<SessionId> sessions) {
        SeedPacks packs = new SeedPacks();
        folder.packs((pack, stat) -> {
            if (sessions.contains(pack.session())) {
                packs.add(pack, stat.size());
            }
        });
        return packs;
    }

    /** One more, of so many bytes. */
    void add(PackId pack, long size) {
        add(pack.session(), Math.toIntExact(pack.number()), Math.toIntExact(pack.number()));
        bytes += size;
    }

    private void add(SessionId session, int first, int last) {
        numbers.computeIfAbsent(session, _ -> new BitSet()).set(first, last + 1);
    }

    long bytes() {
        return bytes;
    }

    private long count() {
        return numbers.values().stream().mapToLong(BitSet::cardinality).sum();
    }

    private boolean contains(PackId pack) {
        BitSet ofSession = numbers.get(pack.session());
        return ofSession != null
                && pack.number() <= Integer.MAX_VALUE
                && pack.number() > 0
                && ofSession.get((int) pack.number());
    }

    /** The one that is carried in last. */
    private Optional<String> last() {
        return numbers.entrySet().stream()
                .flatMap(entry ->
                        entry.getValue().stream().mapToObj(number -> new PackId(entry.getKey(), number).objectName()))
                .max(Comparator.naturalOrder());
    }

    /** Whether a folder has all of them. */
    boolean areIn(SeedFolder folder) {
        return isWhole(folder.store());
    }

    /** Whether a vault has all of them, and the sessions that open them. While they are brought, one question tells. */
    boolean areIn(BlobStore vault, TrustAnchor anchor) {
        Optional<String> last = last();
        if (last.isPresent() && vault.head(ObjectName.of(last.get())).isEmpty()) {
            return false;
        }
        SessionRegister register = new SessionRegister(vault, anchor);
        return numbers.keySet().stream()
                        .allMatch(session -> register.objectName(session).isPresent())
                && isWhole(vault);
    }

    private boolean isWhole(BlobStore store) {
        long[] found = new long[2];
        SeedFolder.packsOf(store, (pack, stat) -> {
            if (contains(pack)) {
                found[0]++;
                found[1] += stat.size();
            }
        });
        return found[0] == count() && found[1] == bytes;
    }

    /** Runs of numbers, by session. */
    void forEachRun(RunReceiver receiver) {
        numbers.forEach((session, set) -> {
            int first = set.nextSetBit(0);
            while (first >= 0) {
                int behind = set.nextClearBit(first);
                receiver.run(session, first, behind - 1);
                first = set.nextSetBit(behind);
            }
        });
    }

    /** Takes runs of numbers. */
    @FunctionalInterface
    interface RunReceiver {

        /** These and all between. */
        void run(SessionId session, int first, int last);
    }

    /** As they were noted. */
    static SeedPacks noted(long bytes, Map<SessionId, int[]> runs) {
        SeedPacks packs = new SeedPacks();
        runs.forEach((session, bounds) -> {
            for (int i = 0; i + 1 < bounds.length; i += 2) {
                packs.add(session, bounds[i], bounds[i + 1]);
            }
        });
        packs.bytes = bytes;
        return packs;
    }
}
