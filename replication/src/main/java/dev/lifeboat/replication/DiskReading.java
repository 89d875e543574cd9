package dev.lifeboat.replication;

import dev.lifeboat.hypervisor.DiskRange;
import dev.lifeboat.hypervisor.FrozenView;
import dev.lifeboat.hypervisor.FrozenView.FrozenDisk;
import dev.lifeboat.hypervisor.Hypervisor;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.replication.Barrier.Part;
import dev.lifeboat.replication.MachinePlan.DiskPlan;
import dev.lifeboat.vault.PointBuilder;
import dev.lifeboat.vault.capture.CaptureProgress;
import dev.lifeboat.vault.capture.ChangedBlocks;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Reads what has to be read of frozen views into a point, as long as it may. For one thread. */
final class DiskReading {

    private final PointBuilder builder;
    private final SeedProgress progress;
    private final ReadingPace pace;
    private boolean readAny;

    /** @param pace says how long, and how fast, may be read */
    DiskReading(PointBuilder builder, SeedProgress progress, ReadingPace pace) {
        this.builder = builder;
        this.progress = progress;
        this.pace = pace;
    }

    /** Whether anything was looked at. */
    boolean readAny() {
        return readAny;
    }

    /**
     * What is to be looked at of a disk.
     *
     * @param size of the disk in bytes
     */
    record Wanted(long size, ChangedBlocks blocks) {}

    /**
     * What is to be looked at of each disk of a machine, in the plan's order.
     *
     * @param hypervisor tells what disks' own images have, of a machine that was held when the view began
     */
    static Map<String, Wanted> wanted(Part part, Hypervisor hypervisor) throws HypervisorException, IOException {
        Map<String, Wanted> wanted = new LinkedHashMap<>();
        for (DiskPlan disk : part.plan().disks()) {
            ViewSource.Look look = ViewSource.look(part.view(), shown(part.view(), disk.name()));
            Optional<ChangedBlocks> own = disk.overlaid()
                    ? own(hypervisor, part.description().machine().id(), disk.name())
                    : Optional.empty();
            wanted.put(
                    disk.name(),
                    own.map(blocks -> new Wanted(look.size(), blocks.before(look.size())))
                            .orElseGet(() -> wanted(disk, look)));
        }
        return wanted;
    }

    /** Nothing when that cannot be told; all is looked at then. */
    private static Optional<ChangedBlocks> own(Hypervisor hypervisor, MachineId machine, String disk)
            throws HypervisorException {
        ChangedBlocks own = new ChangedBlocks();
        try {
            for (DiskRange range : hypervisor.ownRanges(machine, disk)) {
                own.add(range.offset(), range.length());
            }
        } catch (HypervisorException e) {
            if (e.kind() == HypervisorException.Kind.UNSUPPORTED) {
                return Optional.empty();
            }
            throw e;
        }
        return Optional.of(own);
    }

    private static Wanted wanted(DiskPlan plan, ViewSource.Look look) {
        if (plan.afresh() || look.changes().isEmpty()) {
            return new Wanted(look.size(), ChangedBlocks.all(look.size()));
        }
        ChangedBlocks blocks = plan.pending().before(look.size());
        blocks.addAll(look.changes().get());
        return new Wanted(look.size(), blocks);
    }

    private static FrozenDisk shown(FrozenView view, String disk) throws IOException {
        return view.disks().stream()
                .filter(one -> one.disk().equals(disk))
                .findFirst()
                .orElseThrow(() -> new IOException("the frozen view has no disk " + disk));
    }

    /**
     * Reads a machine's disks.
     *
     * @param wanted what is to be looked at
     * @return for each disk what was not looked at, in the plan's order
     */
    Map<String, ChangedBlocks> read(Part part, Map<String, Wanted> wanted) throws IOException, InterruptedException {
        Map<String, ChangedBlocks> left = new LinkedHashMap<>();
        for (DiskPlan disk : part.plan().disks()) {
            Wanted what = Objects.requireNonNull(wanted.get(disk.name()));
            ChangedBlocks blocks = what.blocks();
            FrozenDisk shown = shown(part.view(), disk.name());
            try (ViewSource source = new ViewSource(part.view(), shown, what.size(), blocks, pace)) {
                long reached = builder.disk(
                        part.description().machine().name(), disk.name(), source, disk.base(), blocks, following());
                left.put(disk.name(), reached < source.size() ? blocks.from(reached) : new ChangedBlocks());
                readAny |= reached > 0;
            }
        }
        return left;
    }

    private CaptureProgress following() {
        return new CaptureProgress() {
            private long last;

            @Override
            public void reached(long offset, long readBytes) {
                progress.done(offset - last);
                last = offset;
            }

            @Override
            public boolean goesOn() {
                return pace.goesOn();
            }
        };
    }
}
