package dev.lifeboat.vault.seed;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.SessionRegister;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.VaultDescription;
import dev.lifeboat.vault.key.SessionId;
import dev.lifeboat.vault.pack.PackId;
import dev.lifeboat.vault.pack.PackTable;
import dev.lifeboat.vault.pack.SlotKind;
import dev.lifeboat.vault.seed.CarryInReport.Refused;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.ObjectName;
import dev.lifeboat.vault.store.ObjectStat;
import dev.lifeboat.vault.store.Publication;
import dev.lifeboat.vault.store.StoreException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Brings what a seed folder has into its vault: sessions first, then packs, each in the order of their names, so that
 * the last pack is there when all are. Nothing else is taken, and no point above all: only the writer itself publishes,
 * when it has seen that everything is there.
 *
 * <p>Each object is put if absent, after it was looked at as far as there are keys. One that is there already is not
 * read as a whole: a pack of the same length with the same table, which has the checksum of every slot, is the same. So
 * the whole may be broken off at any moment and done again, and goes on where it was. What is damaged, or differs from
 * what the vault has, is refused and told; the others are taken. A store that fails, or is full, ends it.
 *
 * <p>For one thread, once.
 */
public final class CarryIn {

    /** A disk that rots has thousands; the first show what it is about. */
    public static final int MOST_TOLD = 100;

    private final SeedFolder seed;
    private final BlobStore store;
    private final Optional<Vault> keys;
    private final SeedPackCheck check;
    private final CarryInListener listener;

    private final Set<SessionId> sessions = new HashSet<>();
    private final List<Refused> refused = new ArrayList<>();
    private long refusedCount;
    private long packs;
    private long bytes;
    private long carriedPacks;
    private long carriedBytes;

    /**
     * A new one.
     *
     * @param store of the vault
     * @param keys the vault, opened with what there is of keys
     * @param opensBlocks whether that is its private key
     */
    public CarryIn(
            SeedFolder seed, BlobStore store, Optional<Vault> keys, boolean opensBlocks, CarryInListener listener) {
        this.seed = seed;
        this.store = store;
        this.keys = keys;
        this.check = new SeedPackCheck(keys, opensBlocks ? EnumSet.allOf(SlotKind.class) : EnumSet.of(SlotKind.NODE));
        this.listener = listener;
    }

    /**
     * Does it.
     *
     * @throws LifeboatException with {@link ErrorCode#VAULT_FOREIGN} when the folder is for another vault
     * @throws StoreException when the vault's store or the folder fails
     */
    public CarryInReport run() {
        seed.requireFor(VaultDescription.read(store).vault());
        seed.sessions(this::session);
        long[] total = new long[1];
        seed.packs((_, stat) -> total[0] += stat.size());
        seed.packs((pack, stat) -> {
            pack(pack, stat);
            packs++;
            bytes += stat.size();
            listener.packs(bytes, Math.max(bytes, total[0]));
        });
        return new CarryInReport(sessions.size(), packs, bytes, carriedPacks, carriedBytes, refused, refusedCount);
    }

    private void session(ObjectStat stat) {
        String name = stat.name().text();
        Optional<SessionId> session = SessionId.parse(name.split("/", -1)[2]);
        if (session.isEmpty()) {
            return;
        }
        try {
            if (keys.isPresent()) {
                var _ = new SessionRegister(seed.store(), keys.get().anchor()).read(session.get());
            }
            if (Publication.publish(
                            store, stat.name(), ByteBuffer.wrap(seed.store().get(stat.name())))
                    == Publication.Result.CONFLICT) {
                refuse(name, "the vault has another object of this name");
                return;
            }
            sessions.add(session.get());
        } catch (LifeboatException e) {
            refuse(name, String.valueOf(e.getMessage()));
        }
    }

    private void pack(PackId pack, ObjectStat stat) {
        ObjectName name = stat.name();
        if (!sessions.contains(pack.session())) {
            refuse(name.text(), "its session %s is not in the folder, or was refused".formatted(pack.session()));
            return;
        }
        if (store.head(name).isPresent()) {
            if (!isSame(pack, stat)) {
                refuse(name.text(), "the vault has another object of this name");
            }
            return;
        }
        Optional<byte[]> object = read(name);
        if (object.isEmpty()) {
            return;
        }
        Optional<String> problem = check.problem(pack, object.get());
        if (problem.isPresent()) {
            refuse(name.text(), problem.get());
        } else if (Publication.publish(store, name, ByteBuffer.wrap(object.get())) == Publication.Result.CONFLICT) {
            refuse(name.text(), "the vault has another object of this name");
        } else {
            carriedPacks++;
            carriedBytes += stat.size();
        }
    }

    /** What cannot be read of a disk that is there is damage of that one object; a disk that is gone ends it. */
    private Optional<byte[]> read(ObjectName name) {
        try {
            return Optional.of(seed.store().get(name));
        } catch (StoreException e) {
            if (!isOfThisObject(e.kind())) {
                throw e;
            }
            refuse(name.text(), String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private static boolean isOfThisObject(StoreException.Kind kind) {
        return switch (kind) {
            case OTHER, TOO_LARGE, MISSING, PAST_END -> true;
            case FULL, READ_ONLY, DENIED, UNAVAILABLE, AMBIGUOUS, INTERRUPTED -> false;
        };
    }

    private boolean isSame(PackId pack, ObjectStat here) {
        long there = store.head(here.name()).map(ObjectStat::size).orElse(-1L);
        if (there != here.size()) {
            return false;
        }
        try {
            return table(pack, here, seed.store()).equals(table(pack, here, store));
        } catch (LifeboatException e) {
            return false;
        }
    }

    private static PackTable table(PackId pack, ObjectStat stat, BlobStore from) {
        return PackTable.read(pack, stat.size(), (offset, into) -> from.getRange(stat.name(), offset, into));
    }

    private void refuse(String object, String problem) {
        refusedCount++;
        if (refused.size() < MOST_TOLD) {
            refused.add(new Refused(object, problem));
        }
    }
}
