package dev.lifeboat.vault;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.vault.capture.Capture;
import dev.lifeboat.vault.capture.CaptureTools;
import dev.lifeboat.vault.capture.KnownBlocks;
import dev.lifeboat.vault.capture.PresentBlocks;
import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.key.ObjectKind;
import dev.lifeboat.vault.key.SessionId;
import dev.lifeboat.vault.key.SessionKey;
import dev.lifeboat.vault.pack.Compression;
import dev.lifeboat.vault.pack.FinishedPack;
import dev.lifeboat.vault.pack.PackId;
import dev.lifeboat.vault.pack.PackKeys;
import dev.lifeboat.vault.pack.Zstandard;
import dev.lifeboat.vault.point.PointId;
import dev.lifeboat.vault.store.ObjectName;
import dev.lifeboat.vault.store.Publication;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * One uninterrupted activity of a writer. Its key is wrapped and stored before anything else; what it stores opens with
 * that key only. Points are made one after the other. Not for use by several threads at once.
 *
 * <p>A collector's seal of any of its groups ends the session: what it has stored and no point names may be collected,
 * and what it remembers of blocks is worth nothing. The writer goes on in a new one, which remembers nothing.
 */
public final class WriterSession implements AutoCloseable {

    private final Vault vault;
    private final Credentials credentials;
    private final SignedPuts puts;
    private final KnownBlocks known;
    private final IntFunction<Compression> compression;
    private final int processors;
    private final SessionId id;
    private final SessionKey key;
    private final PackKeys keys;
    private final AtomicLong lastPack = new AtomicLong();
    private final Map<String, Point> newest = new HashMap<>();

    /** The epoch of each group that the session has begun a point of. */
    private final Map<String, Integer> epochs = new HashMap<>();

    private @Nullable String fenced;

    private WriterSession(
            Vault vault,
            Credentials credentials,
            KnownBlocks known,
            IntFunction<Compression> compression,
            int processors,
            RandomGenerator random,
            Timekeeper time) {
        this.vault = vault;
        this.credentials = credentials;
        this.puts = new SignedPuts(vault, credentials.signer(), time, random);
        this.compression = compression;
        this.processors = processors;
        this.id = SessionId.generate(random);
        this.key = SessionKey.generate(random);
        this.known = new PresentBlocks(known, vault.store(), id);
        this.keys = vault.keysOf(id, key);
    }

    /**
     * Begins a session and registers it.
     *
     * @param known blocks that the writer has in the vault already
     * @param processors how many threads shall compress and encrypt at once
     * @throws LifeboatException when the store cannot be written
     */
    public static WriterSession open(
            Vault vault,
            Credentials credentials,
            KnownBlocks known,
            int processors,
            RandomGenerator random,
            Timekeeper time) {
        return open(vault, credentials, known, Zstandard::new, processors, random, time);
    }

    /** @param compression a new one of this level */
    static WriterSession open(
            Vault vault,
            Credentials credentials,
            KnownBlocks known,
            IntFunction<Compression> compression,
            int processors,
            RandomGenerator random,
            Timekeeper time) {
        WriterSession session = new WriterSession(vault, credentials, known, compression, processors, random, time);
        ObjectNode registration = StoredSessions.registration(
                vault.anchor(),
                credentials.writer(),
                session.id,
                session.key,
                credentials.recipient(),
                time.millis(),
                random);
        session.putOwn(
                ObjectKind.SESSION_OPENED, SessionRegister.openedName(credentials.writer(), session.id), registration);
        return session;
    }

    public SessionId id() {
        return id;
    }

    /** The name of its writer. */
    public String writer() {
        return credentials.writer();
    }

    /**
     * Begins the next point of a group, on top of its newest.
     *
     * @throws LifeboatException with {@link ErrorCode#VAULT_GROUP_NOT_GRANTED} or
     *     {@link ErrorCode#VAULT_GROUP_OWNED_ELSEWHERE}; with {@link ErrorCode#VAULT_STORE_CONFLICT} when the session
     *     was ended by a seal
     */
    public PointBuilder newPoint(String group) {
        credentials.signer().certificate().requireCovers(group);
        requireGoingOn();
        Point before = newest.get(group);
        PointId place;
        if (before != null) {
            place = before.id().next();
        } else {
            GroupLog log = vault.group(group);
            place = new Ownership(puts).placeFor(group, log);
            requireEpoch(place);
            before = log.newest().orElse(null);
        }
        return new PointBuilder(this, vault, place, Optional.ofNullable(before), capture(), true);
    }

    /**
     * Begins a part of a group's first copy that is kept and not published, because the vault itself is not at hand:
     * neither its points nor its owners are asked for.
     *
     * @throws LifeboatException with {@link ErrorCode#VAULT_GROUP_NOT_GRANTED}
     */
    public PointBuilder newSeed(String group) {
        credentials.signer().certificate().requireCovers(group);
        return new PointBuilder(this, vault, new PointId(group, 1, 1), Optional.empty(), capture(), false);
    }

    private Capture capture() {
        return new Capture(new CaptureTools(
                vault.anchor().vault().bytes(),
                vault.anchor().treeKeys().fingerprintKey(),
                keys,
                () -> new PackId(id, lastPack.incrementAndGet()),
                this::storePack,
                known,
                vault.nodes(),
                () -> compression.apply(Zstandard.LEVEL),
                processors));
    }

    /** Ends the session. Its packs that no point names may be collected from now on. */
    @Override
    public void close() {
        ObjectNode json =
                puts.body().put("writer", writer()).put("session", id.hex()).put("closed", time().millis());
        try {
            putOwn(ObjectKind.SESSION_CLOSED, SessionRegister.closedName(writer(), id), json);
        } finally {
            key.close();
        }
    }

    /** Remembers the end of the lineage, so that the next point need not look for it. */
    void published(Point point) {
        newest.put(point.id().group(), point);
    }

    void forget(String group) {
        newest.remove(group);
    }

    /** Takes notice of the end of an epoch in which the session wanted to publish. */
    void fencedBy(Seal seal) {
        if (seal.reason() == Seal.Reason.COLLECTOR) {
            fenced = seal.id().group();
        }
    }

    /** Who comes to another epoch than before has missed a seal; whether it was the collector's is not worth asking. */
    private void requireEpoch(PointId place) {
        Integer before = epochs.putIfAbsent(place.group(), place.epoch());
        if (before != null && before != place.epoch()) {
            fenced = place.group();
            requireGoingOn();
        }
    }

    private void requireGoingOn() {
        if (fenced != null) {
            throw new LifeboatException(
                    ErrorCode.VAULT_STORE_CONFLICT,
                    "Group %s was sealed while session %s of %s was under way; a new session goes on."
                            .formatted(fenced, id, writer()));
        }
    }

    Timekeeper time() {
        return puts.time();
    }

    /** An object of the vault with this content, signed by the writer. */
    byte[] sign(ObjectKind kind, String objectName, ObjectNode body) {
        return puts.sign(kind, objectName, body);
    }

    private void putOwn(ObjectKind kind, String objectName, ObjectNode body) {
        Publication.publishOwn(vault.store(), ObjectName.of(objectName), ByteBuffer.wrap(sign(kind, objectName, body)));
    }

    private void storePack(FinishedPack pack) {
        Publication.publishOwn(vault.store(), ObjectName.of(pack.id().objectName()), pack.content());
        known.durable(pack);
    }
}
