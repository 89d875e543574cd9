package dev.lifeboat.recovery.home;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.recovery.image.DiskImage;
import dev.lifeboat.vault.KeptDisk;
import dev.lifeboat.vault.Pins;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.PointBuilder;
import dev.lifeboat.vault.Publishing;
import dev.lifeboat.vault.Seal;
import dev.lifeboat.vault.SessionKeys;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.WriterSession;
import dev.lifeboat.vault.capture.ChangedBlocks;
import dev.lifeboat.vault.capture.DiskSource;
import dev.lifeboat.vault.capture.KnownBlocks;
import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.key.StrictJson;
import dev.lifeboat.vault.point.DiskRecord;
import dev.lifeboat.vault.point.MachineRecord;
import dev.lifeboat.vault.point.PointManifest;
import dev.lifeboat.vault.point.PointStatistics;
import dev.lifeboat.vault.store.BlobStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Publishes what is on the old disks of a machine that is off, before anything is done to them: what was written after
 * the last point is on them and nowhere else. The point is pinned and stands in a lineage of its own beside the group
 * ({@link SalvageLineage}). Disks are compared by fingerprints with the point that is nearest in time; of what the
 * vault has already in that place, or the writer's memory of blocks knows, nothing is stored again.
 *
 * <p>May be killed at any moment and called again: an earlier point that has exactly this content is taken for it. For
 * one thread.
 */
public final class Salvage {

    /** A holder of pins. */
    public static final String HOLDER = "salvage";

    private final Vault vault;
    private final Credentials credentials;
    private final int processors;
    private final RandomGenerator random;
    private final Timekeeper time;

    /**
     * Who salvages.
     *
     * @param credentials of a writer that may write the lineage
     * @param processors how many threads read and compute at once
     * @param random good enough for keys
     */
    public Salvage(BlobStore store, Credentials credentials, int processors, RandomGenerator random, Timekeeper time) {
        this.vault = Vault.open(store, credentials.anchor(), SessionKeys.none());
        this.credentials = credentials;
        this.processors = processors;
        this.random = random;
        this.time = time;
    }

    /**
     * The old disks of a machine.
     *
     * @param group of the machine
     * @param machine its name in points
     * @param disks by their names at the machine; files that are there
     */
    public record Salvaged(String group, String machine, Map<String, HomeDisk> disks) {

        public Salvaged {
            disks = new LinkedHashMap<>(disks);
        }
    }

    /**
     * Publishes.
     *
     * @param known what is remembered of the writer's blocks, opened for this
     * @param progress hears how much was read so far of the disk that is being read, in bytes
     * @throws LifeboatException with {@link ErrorCode#VAULT_GROUP_NOT_GRANTED} or
     *     {@link ErrorCode#VAULT_GROUP_OWNED_ELSEWHERE} when the writer may not write the lineage;
     *     {@link ErrorCode#VAULT_IMAGE_UNREADABLE} or {@link ErrorCode#VAULT_IMAGE_CHANGED}. Nothing is published then
     */
    public SalvageReport publish(Salvaged salvaged, KnownBlocks known, LongConsumer progress)
            throws InterruptedException {
        String lineage = SalvageLineage.of(salvaged.group(), credentials.writer());
        credentials.signer().certificate().requireCovers(lineage);
        Optional<Point> near = near(salvaged, lineage);
        try (WriterSession session = WriterSession.open(vault, credentials, known, processors, random, time)) {
            SalvageReport report = publish(session, salvaged, lineage, near, progress);
            Pins pins = new Pins(vault, credentials.signer(), time, random);
            pins.put(
                    report.point().id(),
                    HOLDER,
                    "What was on the old disks of %s before it came home.".formatted(salvaged.machine()));
            return report;
        }
    }

    private static SalvageReport conclude(Publishing publishing) {
        return switch (publishing) {
            case Publishing.Published(Point point) -> {
                PointStatistics statistics = point.manifest().statistics();
                yield new SalvageReport(
                        point, true, statistics.readBytes(), statistics.newBlocks(), statistics.storedBytes());
            }
            case Publishing.Fenced(Seal seal) ->
                throw new LifeboatException(
                        seal.reason() == Seal.Reason.COLLECTOR
                                ? ErrorCode.VAULT_STORE_CONFLICT
                                : ErrorCode.VAULT_GROUP_OWNED_ELSEWHERE,
                        "%s was sealed by %s at %s.".formatted(seal.id(), seal.by(), seal.at()));
        };
    }

    private SalvageReport publish(
            WriterSession session, Salvaged salvaged, String lineage, Optional<Point> near, LongConsumer progress)
            throws InterruptedException {
        try (PointBuilder builder = session.newPoint(lineage)) {
            Optional<MachineRecord> before =
                    near.flatMap(point -> point.manifest().machine(salvaged.machine()));
            near.ifPresent(builder::uses);
            builder.machine(
                    salvaged.machine(), before.map(MachineRecord::description).orElseGet(StrictJson::object));
            for (Map.Entry<String, HomeDisk> disk : salvaged.disks().entrySet()) {
                take(builder, salvaged.machine(), disk, before, progress);
            }
            boolean there = near.isPresent()
                    && near.map(Point::id).equals(builder.parent().map(Point::id))
                    && hasAll(before, salvaged);
            return there && builder.isUnchanged()
                    ? new SalvageReport(near.get(), false, builder.readBytes(), 0, 0)
                    : conclude(builder.publish());
        }
    }

    private static boolean hasAll(Optional<MachineRecord> before, Salvaged salvaged) {
        return before.stream()
                .flatMap(machine -> machine.disks().stream().map(DiskRecord::name))
                .collect(Collectors.toSet())
                .equals(salvaged.disks().keySet());
    }

    private void take(
            PointBuilder builder,
            String machine,
            Map.Entry<String, HomeDisk> disk,
            Optional<MachineRecord> before,
            LongConsumer progress)
            throws InterruptedException {
        HomeDisk home = disk.getValue();
        try (DiskSource source = DiskImage.open(home.image(), Optional.of(home.format()), time)) {
            Optional<DiskRecord> base = before.flatMap(one -> one.disk(disk.getKey()));
            long _ = builder.disk(
                    machine,
                    disk.getKey(),
                    source,
                    base.map(KeptDisk::of),
                    ChangedBlocks.all(source.size()),
                    (offset, _) -> progress.accept(offset));
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.VAULT_IMAGE_UNREADABLE, "The image %s cannot be read: %s".formatted(home.image(), e), e);
        }
    }

    /**
     * The point with the disks' machine that is likely to have most in common with them: of the salvage points' newest
     * and the group's newest that is not younger than the disks' last writing, the younger one.
     */
    private Optional<Point> near(Salvaged salvaged, String lineage) {
        Optional<Point> salvage = vault.group(lineage).newest();
        List<Point> history = new ArrayList<>(vault.group(salvaged.group()).points());
        history.removeIf(point -> point.manifest().machine(salvaged.machine()).isEmpty());
        Optional<Instant> written = written(salvaged);
        Optional<Point> group = history.reversed().stream()
                .filter(point -> written.isEmpty() || !point.manifest().taken().isAfter(written.get()))
                .findFirst();
        if (group.isEmpty() && !history.isEmpty()) {
            group = Optional.of(history.getFirst());
        }
        return Stream.of(group, salvage)
                .flatMap(Optional::stream)
                .filter(point -> point.manifest().machine(salvaged.machine()).isPresent())
                .max(Comparator.comparing(Point::manifest, Comparator.comparing(PointManifest::taken)));
    }

    private static Optional<Instant> written(Salvaged salvaged) {
        List<Instant> times = new ArrayList<>();
        for (HomeDisk disk : salvaged.disks().values()) {
            try {
                FileLook.written(disk.image()).ifPresent(times::add);
            } catch (IOException e) {
                throw unreadable(disk.image(), e);
            }
        }
        return times.stream().max(Comparator.naturalOrder());
    }

    private static LifeboatException unreadable(Path image, IOException e) {
        return new LifeboatException(
                ErrorCode.VAULT_IMAGE_UNREADABLE, "The image %s cannot be read: %s".formatted(image, e), e);
    }
}
