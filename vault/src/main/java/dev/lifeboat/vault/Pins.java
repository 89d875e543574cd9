package dev.lifeboat.vault;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.vault.key.Complaint;
import dev.lifeboat.vault.key.Name;
import dev.lifeboat.vault.key.ObjectKind;
import dev.lifeboat.vault.key.SignedObject;
import dev.lifeboat.vault.key.Signer;
import dev.lifeboat.vault.key.StrictJson;
import dev.lifeboat.vault.point.PointId;
import dev.lifeboat.vault.store.ObjectMissing;
import dev.lifeboat.vault.store.ObjectName;
import dev.lifeboat.vault.store.Publication;
import dev.lifeboat.vault.store.StoreException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Pins: {@code pins/GROUP/EPOCH-SLOT/HOLDER} says that somebody needs a point, so that nobody drops it. Not for use by
 * several threads at once.
 */
public final class Pins {

    private static final String FOLDER = "pins/";
    private static final String POINTS = "points/";

    /** Far more than a sentence. */
    private static final int LONGEST_REASON = 1000;

    private static final int MAX_BYTES = 64 << 10;

    private final SignedPuts puts;

    /**
     * Who pins.
     *
     * @param signer the operator, or a writer with the right to the groups
     */
    public Pins(Vault vault, Signer signer, Timekeeper time, RandomGenerator random) {
        this.puts = new SignedPuts(vault, signer, time, random);
    }

    /**
     * Pins a point. A holder that has a pin on it already keeps that one. When this returns, the point is there and
     * stays: it is looked for after the pin was put, so that who drops points beside has seen the pin or is seen.
     *
     * @param why in words for a person
     * @throws LifeboatException with {@link ErrorCode#VAULT_POINT_UNKNOWN} when there is no such point, and then no pin
     *     either; or {@link ErrorCode#VAULT_OBJECT_DAMAGED} when something else has the pin's name
     */
    public Pin put(PointId point, String holder, String why) {
        Name.require("holder", holder);
        puts.signer().certificate().requireCovers(point.group());
        if (why.length() > LONGEST_REASON) {
            throw new IllegalArgumentException("a reason of %d characters".formatted(why.length()));
        }
        Pin pin = new Pin(point, holder, why, puts.time().instant());
        String name = name(point, holder);
        byte[] object = puts.sign(
                ObjectKind.PIN,
                name,
                puts.body()
                        .put("group", point.group())
                        .put("epoch", point.epoch())
                        .put("slot", point.slot())
                        .put("holder", holder)
                        .put("why", why)
                        .put("at", pin.at().toEpochMilli()));
        if (puts.put(name, object) == Publication.Result.CONFLICT) {
            pin = read(point, holder)
                    .orElseThrow(() -> new LifeboatException(
                            ErrorCode.VAULT_STORE_CONFLICT, "%s was released meanwhile.".formatted(name)));
        }
        requirePoint(point, holder);
        return pin;
    }

    private void requirePoint(PointId point, String holder) {
        Optional<Slot> there = puts.vault().objects().slot(point);
        if (there.filter(Point.class::isInstance).isEmpty()) {
            release(point, holder);
            throw new LifeboatException(
                    ErrorCode.VAULT_POINT_UNKNOWN,
                    "%s has no point %s.".formatted(puts.vault().store().describe(), point));
        }
    }

    /**
     * Takes a holder's pin away.
     *
     * @return whether there was one
     */
    public boolean release(PointId point, String holder) {
        try {
            return puts.vault().store().delete(ObjectName.of(name(point, holder)));
        } catch (StoreException e) {
            throw e.toLifeboat();
        }
    }

    /**
     * The points of a group that have a pin, in the order of history, once for each pin. This asks the names alone: a
     * pin that is damaged, or whose signer had no right, keeps its point too, since to keep one costs space and to drop
     * it may cost more.
     */
    public List<PointId> pinned(String group) {
        List<PointId> points = new ArrayList<>();
        list(group, (point, holder) -> points.add(point));
        return List.copyOf(points);
    }

    /** The pins of a group that can be read, in the order of history, then of holders. */
    public List<Pin> list(String group) {
        List<Pin> pins = new ArrayList<>();
        list(group, (point, holder) -> {
            try {
                read(point, holder).ifPresent(pins::add);
            } catch (LifeboatException e) {
                if (e.code() != ErrorCode.VAULT_OBJECT_DAMAGED && e.code() != ErrorCode.VAULT_GROUP_NOT_GRANTED) {
                    throw e;
                }
            }
        });
        return List.copyOf(pins);
    }

    @FunctionalInterface
    private interface Names {

        void pin(PointId point, String holder);
    }

    private void list(String group, Names names) {
        try {
            puts.vault().store().list(FOLDER + Name.require("group", group) + "/", stat -> {
                String name = stat.name().text();
                int slash = name.lastIndexOf('/');
                String holder = name.substring(slash + 1);
                if (Name.isName(holder)) {
                    PointId.ofName(POINTS + name.substring(FOLDER.length(), slash))
                            .ifPresent(point -> names.pin(point, holder));
                }
            });
        } catch (StoreException e) {
            throw e.toLifeboat();
        }
    }

    private Optional<Pin> read(PointId point, String holder) {
        String name = name(point, holder);
        Complaint complaint = Complaint.ofObject(name);
        try {
            byte[] object = puts.vault().store().get(ObjectName.of(name));
            SignedObject.Content content = SignedObject.decode(
                    object, name, Set.of(ObjectKind.PIN), puts.vault().anchor());
            content.signedBy().requireCovers(point.group());
            StrictJson json = StrictJson.parse(content.json(), MAX_BYTES, complaint);
            if (!json.vault().equals(puts.vault().anchor().vault())
                    || !json.name("group").equals(point.group())
                    || json.number("epoch", 1, Integer.MAX_VALUE) != point.epoch()
                    || json.number("slot", 1, PointId.MAX_SLOT) != point.slot()
                    || !json.name("holder").equals(holder)) {
                throw complaint.because("it says something else than its name");
            }
            return Optional.of(new Pin(point, holder, json.text("why"), Instant.ofEpochMilli(json.time("at"))));
        } catch (ObjectMissing e) {
            return Optional.empty();
        } catch (StoreException e) {
            throw e.toLifeboat();
        }
    }

    private static String name(PointId point, String holder) {
        return FOLDER + point.objectName().substring(POINTS.length()) + "/" + holder;
    }
}
