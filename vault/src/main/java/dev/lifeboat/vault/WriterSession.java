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
import dev.lifeboat.vault.key.SignedObject;
import dev.lifeboat.vault.key.StrictJson;
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
import java.util.random.RandomGenerator;
import tools.jackson.databind.node.ObjectNode;

/**
 * One uninterrupted activity of a writer. Its key is wrapped and stored before anything else; what it stores opens with
 * that key only. Points are made one after the other. Not for use by several threads at once.
 */
public final class WriterSession implements AutoCloseable {

    private final Vault vault;
    private final Credentials credentials;
    private final RandomGenerator random;
    private final Timekeeper time;
    private final KnownBlocks known;
    private final int processors;
    private final SessionId id;
    private final SessionKey key;
    private final PackKeys keys;
    private final AtomicLong lastPack = new AtomicLong();
    private final Map<String, Point> newest = new HashMap<>();

    private WriterSession(
            Vault vault,
            Credentials credentials,
            KnownBlocks known,
            int processors,
            RandomGenerator random,
            Timekeeper time) {
        this.vault = vault;
        this.credentials = credentials;
        this.random = random;
        this.time = time;
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
        WriterSession session = new WriterSession(vault, credentials, known, processors, random, time);
        ObjectNode registration = StoredSessions.registration(
                vault.anchor(),
                credentials.writer(),
                session.id,
                session.key,
                credentials.recipient(),
                time.millis(),
                random);
        session.putOwn(
                ObjectKind.SESSION_OPENED,
                SessionRegister.openedName(credentials.writer(), session.id),
                StrictJson.encode(registration));
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
     * Begins the next point of a group, on top of its newest. The first one, which is stored for long, is compressed
     * more than those that follow.
     *
     * @throws LifeboatException with {@link ErrorCode#VAULT_GROUP_NOT_GRANTED} or
     *     {@link ErrorCode#VAULT_GROUP_OWNED_ELSEWHERE}
     */
    public PointBuilder newPoint(String group) {
        credentials.signer().certificate().requireCovers(group);
        Point before = newest.get(group);
        PointId place;
        if (before != null) {
            place = before.id().next();
        } else {
            GroupLog log = vault.group(group);
            place = new Ownership(this, vault).placeFor(group, log);
            before = log.newest().orElse(null);
        }
        int level = before == null ? Zstandard.SEED_LEVEL : Zstandard.CYCLE_LEVEL;
        Capture capture = new Capture(new CaptureTools(
                vault.anchor().vault().bytes(),
                vault.anchor().treeKeys().fingerprintKey(),
                keys,
                () -> new PackId(id, lastPack.incrementAndGet()),
                this::storePack,
                known,
                vault.nodes(),
                () -> new Zstandard(level),
                processors));
        return new PointBuilder(this, vault, place, Optional.ofNullable(before), capture);
    }

    /** Ends the session. Its packs that no point names may be collected from now on. */
    @Override
    public void close() {
        ObjectNode json = StrictJson.object()
                .put("vault", vault.anchor().vault().hex())
                .put("writer", writer())
                .put("session", id.hex())
                .put("closed", time.millis());
        try {
            putOwn(ObjectKind.SESSION_CLOSED, SessionRegister.closedName(writer(), id), StrictJson.encode(json));
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

    Timekeeper time() {
        return time;
    }

    /** An object of the vault with this content, signed by the writer. */
    byte[] sign(ObjectKind kind, String objectName, byte[] json) {
        return SignedObject.encode(kind, objectName, json, vault.anchor(), credentials.signer(), random);
    }

    private void putOwn(ObjectKind kind, String objectName, byte[] json) {
        Publication.publishOwn(vault.store(), ObjectName.of(objectName), ByteBuffer.wrap(sign(kind, objectName, json)));
    }

    private void storePack(FinishedPack pack) {
        Publication.publishOwn(vault.store(), ObjectName.of(pack.id().objectName()), pack.content());
        known.durable(pack);
    }
}
