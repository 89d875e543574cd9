package dev.lifeboat.vault.verify;

import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.SessionRegister;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.disk.OrderedWork;
import dev.lifeboat.vault.disk.Spare;
import dev.lifeboat.vault.key.SessionId;
import dev.lifeboat.vault.pack.PackId;
import dev.lifeboat.vault.pack.SlotKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.LongStream;

/**
 * Looks through a vault: histories of groups, trees, sessions, packs, and on demand every block. Each node and each
 * slot is read once, however many points share it. Nothing is changed; what looks wrong is read again before it is
 * believed; a store that fails ends the look and is no finding.
 *
 * <p>Hints of addresses may be wrong without harm and are not looked at. For one thread.
 */
public final class Verifier {

    private final Vault vault;
    private final boolean opensBlocks;
    private final boolean readData;
    private final int processors;
    private final VerifyListener listener;
    private final Findings findings = new Findings();
    private final BadSlots bad = new BadSlots(findings);
    private final SlotClaims claims = new SlotClaims();
    private final Histories histories = new Histories(findings);
    private long bytes;

    /**
     * A new one, for one look.
     *
     * @param opensBlocks whether the vault was opened with its private key
     * @param readData whether to read and open every block; needs the private key
     * @param processors how many packs are looked at at once
     */
    public Verifier(Vault vault, boolean opensBlocks, boolean readData, int processors, VerifyListener listener) {
        if (readData && !opensBlocks) {
            throw new IllegalArgumentException("blocks do not open without the private key");
        }
        this.vault = vault;
        this.opensBlocks = opensBlocks;
        this.readData = readData;
        this.processors = processors;
        this.listener = listener;
    }

    /** Looks through the groups of these names. */
    public VerifyReport verify(List<String> groups) throws InterruptedException {
        groups.forEach(group -> histories.read(vault.group(group)));
        Collection<Point> points = histories.points().values();
        TreeWalk walk = new TreeWalk(vault.nodes(), claims, bad, findings);
        long done = 0;
        for (Point point : points) {
            walk.read(point);
            listener.trees(++done, points.size());
        }
        sessions();
        packs();
        if (!bad.isEmpty()) {
            AffectedPoints affected = new AffectedPoints(vault.nodes(), bad, findings);
            points.forEach(affected::note);
        }
        return new VerifyReport(
                points.size(),
                claims.count(SlotKind.NODE),
                claims.count(SlotKind.BLOCK),
                claims.packs().size(),
                bytes,
                readData,
                findings.all());
    }

    private void sessions() {
        TreeSet<SessionId> used = new TreeSet<>((one, other) -> Long.compareUnsigned(one.value(), other.value()));
        claims.packs().forEach((pack, slots) -> used.add(pack.session()));
        SessionRegister register = new SessionRegister(vault.store(), vault.anchor());
        for (SessionId session : used) {
            Damage.Result<Boolean> read = Damage.twice(() -> {
                register.read(session);
                if (opensBlocks) {
                    vault.packKeys().of(new PackId(session, 1), SlotKind.BLOCK);
                }
                return true;
            });
            if (read.content().isEmpty()) {
                String object = register.objectName(session).orElse("writers/*/%s/open".formatted(session.hex()));
                bad.session(session, object, read.problem());
            }
        }
    }

    private void packs() throws InterruptedException {
        List<PackId> packs = new ArrayList<>(claims.packs().keySet());
        byte[] id = vault.anchor().vault().bytes();
        byte[] fingerprintKey = vault.anchor().treeKeys().fingerprintKey();
        Spare<PackCheck> checks = new Spare<>(
                processors, () -> new PackCheck(vault.store(), readData, id, vault.packKeys(), fingerprintKey));
        long[] done = new long[1];
        try (OrderedWork<PackCheck> work = new OrderedWork<>(processors, checks)) {
            work.run(
                    LongStream.range(0, packs.size())::iterator,
                    (check, index) -> {
                        PackId pack = packs.get((int) index);
                        return check.look(pack, inPack(pack), !bad.isBad(pack.session()));
                    },
                    seen -> {
                        note(seen);
                        listener.packs(++done[0], packs.size());
                    });
        } catch (IOException e) {
            // Stores fail in other ways, and nothing else is read here.
            throw new UncheckedIOException(e);
        }
    }

    private SlotClaims.InPack inPack(PackId pack) {
        SlotClaims.InPack claimed = claims.packs().get(pack);
        if (claimed == null) {
            throw new IllegalStateException("no tree leads to " + pack);
        }
        return claimed;
    }

    private void note(PackCheck.Seen seen) {
        bytes += seen.length();
        if (!seen.wrong().isEmpty()) {
            bad.pack(seen.pack(), seen.wrong());
        }
        seen.slots().forEach(slot -> bad.slot(seen.pack(), slot.number(), slot.problem()));
    }
}
