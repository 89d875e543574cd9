package dev.lifeboat.vault;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.disk.BlockOpener;
import dev.lifeboat.vault.disk.DiskReader;
import dev.lifeboat.vault.disk.SealedSlots;
import dev.lifeboat.vault.disk.Spare;
import dev.lifeboat.vault.disk.StoredNodes;
import dev.lifeboat.vault.key.Name;
import dev.lifeboat.vault.key.SessionId;
import dev.lifeboat.vault.key.SessionKey;
import dev.lifeboat.vault.key.TrustAnchor;
import dev.lifeboat.vault.key.VaultId;
import dev.lifeboat.vault.pack.PackKeys;
import dev.lifeboat.vault.point.DiskRecord;
import dev.lifeboat.vault.point.PointId;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.StoreException;
import dev.lifeboat.vault.tree.Tree;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Executor;

/**
 * An open vault: one prefix of a blob store, in which recovery points lie. It is written by many at once and never
 * locked.
 *
 * <pre>
 * vault.json                 what this is; trusted for nothing
 * keys/NAME                  the root secret, sealed with a passphrase
 * writers/WRITER/SESSION/…   sessions and their wrapped keys
 * packs/XX/PACK              sealed blocks and nodes
 * points/GROUP/EPOCH-SLOT    points and seals
 * owners/GROUP/EPOCH         who owns a group
 * pins/GROUP/EPOCH-SLOT/…    who needs a point
 * config/NUMBER              inventory, policies, plans
 * </pre>
 *
 * What can be read depends on who opened it: with {@link SessionKeys#none} points and trees, with the private key
 * everything. Safe for use by several threads.
 */
public final class Vault {

    /** As many threads open blocks at once as is worth while. */
    private static final int KEPT_OPENERS = 8;

    private final BlobStore store;
    private final TrustAnchor anchor;
    private final PackKeyring keys;
    private final SignedObjects objects;
    private final SealedSlots slots;
    private final StoredNodes nodes;
    private final Spare<BlockOpener> openers;

    private Vault(BlobStore store, TrustAnchor anchor, SessionKeys sessions) {
        byte[] id = anchor.vault().bytes();
        byte[] fingerprintKey = anchor.treeKeys().fingerprintKey();
        this.store = store;
        this.anchor = anchor;
        this.keys = new PackKeyring(anchor.treeKeys(), sessions);
        this.objects = new SignedObjects(store, anchor);
        this.slots = new SealedSlots(store);
        this.nodes = new StoredNodes(slots, id, keys);
        this.openers = new Spare<>(KEPT_OPENERS, () -> new BlockOpener(slots, id, keys, fingerprintKey));
    }

    /**
     * Opens the vault of a store.
     *
     * @param anchor what its objects are verified and opened with
     * @param sessions the keys of its blocks
     * @throws LifeboatException with {@link ErrorCode#VAULT_FOREIGN} when the store has another vault, and what
     *     {@link VaultDescription#read} throws
     */
    public static Vault open(BlobStore store, TrustAnchor anchor, SessionKeys sessions) {
        VaultId found = VaultDescription.read(store).vault();
        if (!found.equals(anchor.vault())) {
            throw new LifeboatException(
                    ErrorCode.VAULT_FOREIGN,
                    "%s is the vault %s; what is at hand is for the vault %s."
                            .formatted(
                                    store.describe(),
                                    found.hex(),
                                    anchor.vault().hex()));
        }
        return new Vault(store, anchor, sessions);
    }

    /**
     * What is on its way to a vault, such as a first copy that is carried there: packs and sessions, and nothing that
     * says which vault it is. The caller knows.
     */
    public static Vault onItsWay(BlobStore store, TrustAnchor anchor) {
        return new Vault(store, anchor, SessionKeys.none());
    }

    /** The names of all groups that have a point or a seal. */
    public List<String> groups() {
        TreeSet<String> groups = new TreeSet<>();
        try {
            store.list(
                    PointId.folder(),
                    stat -> PointId.ofName(stat.name().text()).ifPresent(id -> groups.add(id.group())));
        } catch (StoreException e) {
            throw e.toLifeboat();
        }
        return List.copyOf(groups);
    }

    /** The history of a group. */
    public GroupLog group(String group) {
        return GroupLog.read(store, objects, Name.require("group", group));
    }

    /**
     * A point.
     *
     * @throws LifeboatException with {@link ErrorCode#VAULT_POINT_UNKNOWN}
     */
    public Point point(PointId id) {
        return group(id.group())
                .point(id)
                .orElseThrow(() -> new LifeboatException(
                        ErrorCode.VAULT_POINT_UNKNOWN, "%s has no point %s.".formatted(store.describe(), id)));
    }

    /** The tree of a disk. */
    public Tree tree(DiskRecord disk) {
        return new Tree(disk.shape(), disk.root(), nodes);
    }

    /**
     * Random access to a disk.
     *
     * @param ahead runs what is fetched before anybody asks for it
     */
    public DiskReader reader(DiskRecord disk, Executor ahead) {
        return reader(disk, ahead, DiskReader.KEPT_BLOCKS);
    }

    /**
     * Random access to a disk, for who has several disks and little memory.
     *
     * @param ahead runs what is fetched before anybody asks for it
     * @param keptBlocks how many blocks are kept in memory, at least {@link DiskReader#LEAST_KEPT_BLOCKS}
     */
    public DiskReader reader(DiskRecord disk, Executor ahead, int keptBlocks) {
        return new DiskReader(tree(disk), disk.size(), openers, ahead, keptBlocks);
    }

    /** Who reads blocks, lent to one thread at a time. */
    public Spare<BlockOpener> openers() {
        return openers;
    }

    public BlobStore store() {
        return store;
    }

    /** What its objects are verified and opened with. */
    public TrustAnchor anchor() {
        return anchor;
    }

    /** The nodes of all its trees. */
    public StoredNodes nodes() {
        return nodes;
    }

    /** The keys of all packs, as far as they are at hand. */
    public PackKeys packKeys() {
        return keys;
    }

    SignedObjects objects() {
        return objects;
    }

    /** The keys of the packs of a session that is being written, for whoever cannot open others. */
    PackKeys keysOf(SessionId session, SessionKey key) {
        return new PackKeyring(
                anchor.treeKeys(),
                asked -> asked.equals(session) ? key : SessionKeys.none().of(asked));
    }
}
