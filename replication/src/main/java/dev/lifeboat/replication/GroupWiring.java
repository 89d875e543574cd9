package dev.lifeboat.replication;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/**
 * The parts of a group's cycles, put together: the way over the link, and the one into a folder that is carried where
 * the group's first copy is.
 *
 * @param folder the second way, if it is wanted
 * @param seed where that one leads
 */
record GroupWiring(ReplicationContext context, CycleWay link, Optional<CycleWay> folder, Optional<SeedStore> seed) {

    /** Below the group's spool. */
    private static final String CARRIED = "carried";

    /** @param loaders write to disks that are carried */
    static GroupWiring of(ReplicationContext context, CycleParts parts, Executor loaders) {
        String group = parts.protection().group();
        Path blocks = context.state().resolve(group + ".blocks");
        CycleWay link = new CycleWay(parts, new GroupVault(context, parts.spool(), blocks, false));
        Optional<SeedStore> seed = parts.protection().seedFolder().map(path -> new SeedStore(path, context));
        Optional<CycleWay> folder = seed.map(store -> {
            // What goes to a disk beside the host takes nothing of the link.
            SpoolStore spool = new SpoolStore(
                    store,
                    context.spool().resolve(group).resolve(CARRIED),
                    context.spoolBytes(),
                    Bandwidth.unlimited(context.time()),
                    loaders,
                    store::hasRoom);
            return new CycleWay(parts.into(store, spool), new GroupVault(context, spool, blocks, true));
        });
        return new GroupWiring(context, link, folder, seed);
    }

    List<SpoolStore> spools() {
        return Stream.concat(Stream.of(link), folder.stream())
                .map(way -> way.parts().spool())
                .toList();
    }

    GroupCycles cycles(GroupStanding standing) {
        Protection group = link.parts().protection();
        SeedRoute route = new SeedRoute(
                context,
                group.group(),
                seed,
                link.parts().journal(),
                new SeedMark(context.state().resolve(group.group() + ".seeded")));
        return new GroupCycles(context, link, folder, route, standing);
    }
}
