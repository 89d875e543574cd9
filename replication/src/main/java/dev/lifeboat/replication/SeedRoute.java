package dev.lifeboat.replication;

import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.SessionKeys;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.key.TrustAnchor;
import dev.lifeboat.vault.seed.SeedFolder;
import dev.lifeboat.vault.store.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Which way a group's first copy takes: over the link, or in a folder that is carried to the vault. Everything that has
 * to be remembered of it is in the group's {@link PassJournal}, written as a whole:
 *
 * <pre>
 *   nothing ──► being loaded ──► complete ──► arrived ──► first point
 *                    └─► a part, carried ──► arrived ──► being loaded, or over the link
 * </pre>
 *
 * What is in the folder is believed to be in the vault only after the vault was seen to have every pack of it; until
 * then no cycle runs that could publish. For one thread.
 */
final class SeedRoute {

    /** How much has to be free for it to be worth while to begin: reading ends while less than half of it is left. */
    private static final long LEAST_ROOM_BYTES = 2 * SeedStore.RESERVE_BYTES;

    private static final SeedStep OVER_THE_LINK = new SeedStep.OverTheLink();

    private final ReplicationContext context;
    private final String group;
    private final Optional<SeedStore> wanted;
    private final PassJournal journal;
    private final SeedMark mark;

    /** There is a point, or nothing is wanted and nothing is on its way: it stays so. */
    private boolean settled;

    private boolean asked;

    /** What the vault says. */
    private enum Answer {
        YES,
        NO,
        NONE
    }

    /**
     * A new one.
     *
     * @param wanted the folder that the configuration names, if any
     */
    SeedRoute(
            ReplicationContext context, String group, Optional<SeedStore> wanted, PassJournal journal, SeedMark mark) {
        this.context = context;
        this.group = group;
        this.wanted = wanted;
        this.journal = journal;
        this.mark = mark;
    }

    /**
     * What to do now.
     *
     * @param notes hears what is worth a line
     */
    SeedStep next(Consumer<String> notes) {
        if (settled) {
            return OVER_THE_LINK;
        }
        Optional<Passes> passes = journal.read();
        Optional<CarriedSeed> carried = passes.flatMap(Passes::carried);
        if (carried.isPresent() && !carried.get().arrived()) {
            return underWay(passes.get(), carried.get(), notes);
        }
        if (wanted.isEmpty() || hasHadPoint(passes)) {
            settled = true;
            return OVER_THE_LINK;
        }
        if (carried.filter(CarriedSeed::complete).isPresent()) {
            return OVER_THE_LINK;
        }
        return into(wanted.get(), carried);
    }

    /** There is a point now: no copy is the first any more. */
    void published() {
        if (!settled && wanted.isPresent()) {
            mark.set(context.credentials().vault());
        }
        settled = true;
    }

    /** The session that held what was carried in has ended: whether the vault still has it is looked at again. */
    void fenced() {
        Optional<Passes> passes = journal.read();
        Optional<CarriedSeed> carried = passes.flatMap(Passes::carried);
        if (carried.isPresent()) {
            settled = false;
            journal.write(passes.get().with(carried.get().arrived(false)));
        }
    }

    /** A vault that is out of reach before the journey is taken to have none; it is asked before anything is put. */
    private boolean hasHadPoint(Optional<Passes> passes) {
        if (mark.isSet(context.credentials().vault())) {
            return true;
        }
        if (asked && passes.isPresent()) {
            return false;
        }
        asked = true;
        if (ask(vault -> vault.group(group).newest().isPresent()) != Answer.YES) {
            return false;
        }
        mark.set(context.credentials().vault());
        return true;
    }

    private SeedStep underWay(Passes passes, CarriedSeed seed, Consumer<String> notes) {
        Optional<SeedFolder> here = wanted.flatMap(one -> holding(one, seed));
        if (here.isPresent() && !seed.complete() && here.get().roomBytes() > LEAST_ROOM_BYTES) {
            return into(wanted.orElseThrow(), Optional.of(seed));
        }
        TrustAnchor anchor = context.credentials().anchor();
        Answer arrived = ask(vault -> seed.packs().areIn(vault.store(), anchor));
        if (arrived == Answer.YES) {
            journal.write(passes.with(seed.arrived(true)));
            notes.accept("what was carried in %s is in the vault".formatted(seed.folder()));
            return next(notes);
        }
        return wanted.isEmpty()
                ? unwanted(seed, arrived, notes)
                : waiting(wanted.get(), seed, here.isPresent(), arrived, notes);
    }

    private SeedStep unwanted(CarriedSeed seed, Answer arrived, Consumer<String> notes) {
        if (arrived == Answer.NONE) {
            return new SeedStep.Waits(
                    Health.STALLED,
                    "the vault cannot be reached, so that nobody can tell whether it has what was carried in %s"
                            .formatted(seed.folder()));
        }
        giveUp(seed, notes);
        return next(notes);
    }

    private SeedStep waiting(
            SeedStore store, CarriedSeed seed, boolean isHere, Answer arrived, Consumer<String> notes) {
        Path path = store.path();
        if (!isHere && !path.equals(seed.folder())) {
            if (!Files.isDirectory(path)) {
                return blocked("the seed folder %s is not there; attach its disk".formatted(path));
            }
            giveUp(seed, notes);
            return into(store, Optional.empty());
        }
        String what = new ByteCount(seed.packs().bytes()).text();
        String how = "carry it to the vault and run there: lifeboat vault carry-in --vault %s %s"
                .formatted(context.store().describe(), path);
        if (seed.complete()) {
            String silent = arrived == Answer.NONE ? "; the vault cannot be reached from here now" : "";
            return new SeedStep.Waits(
                    Health.SEEDING,
                    "the vault has no point yet: the first copy, %s, is in %s; %s%s"
                            .formatted(what, path, how, silent));
        }
        return blocked(
                isHere
                        ? "the disk of the seed folder is full with %s in it: copy %s to a larger disk and name it, or %s"
                                .formatted(what, path, how)
                        : "a part of the first copy, %s, is in %s, which is not here: attach its disk, or %s"
                                .formatted(what, path, how));
    }

    private void giveUp(CarriedSeed seed, Consumer<String> notes) {
        journal.delete();
        notes.accept("the first copy in %s is given up, since the configuration does not name that folder any more; it"
                        .formatted(seed.folder())
                + " is begun anew");
    }

    private SeedStep into(SeedStore store, Optional<CarriedSeed> before) {
        SeedFolder folder;
        try {
            folder = store.attach();
        } catch (LifeboatException e) {
            if (e.code() != ErrorCode.VAULT_SEED_UNUSABLE) {
                throw e;
            }
            return blocked("the first copy is to go into a folder: " + e.getMessage());
        }
        if (folder.roomBytes() > LEAST_ROOM_BYTES) {
            return new SeedStep.IntoFolder();
        }
        return blocked(
                before.filter(CarriedSeed::arrived).isPresent()
                        ? "the disk of the seed folder %s is full; the vault has what is in it: empty it, or remove"
                                        .formatted(store.path())
                                + " seed_folder from the configuration and the rest goes over the link"
                        : "the disk of the seed folder %s is full".formatted(store.path()));
    }

    private static SeedStep blocked(String why) {
        return new SeedStep.Waits(Health.BLOCKED, why);
    }

    /** The folder, where it has what is to be carried. */
    private static Optional<SeedFolder> holding(SeedStore store, CarriedSeed seed) {
        try {
            return Optional.of(store.look()).filter(seed.packs()::areIn);
        } catch (LifeboatException | StoreException e) {
            return Optional.empty();
        }
    }

    /** A question to the vault. */
    private interface Question {
        boolean of(Vault vault);
    }

    private Answer ask(Question question) {
        try {
            Vault vault = Vault.open(context.store(), context.credentials().anchor(), SessionKeys.none());
            return question.of(vault) ? Answer.YES : Answer.NO;
        } catch (LifeboatException e) {
            return switch (e.code()) {
                case VAULT_NOT_FOUND, VAULT_STORE_FAILED -> Answer.NONE;
                default -> throw e;
            };
        } catch (StoreException e) {
            if (e.kind().mayPass()) {
                return Answer.NONE;
            }
            throw e;
        }
    }
}
