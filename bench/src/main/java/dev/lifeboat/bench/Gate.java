package dev.lifeboat.bench;

/** What a bench must show. A gate that is missed is said plainly; it does not make the command fail. */
enum Gate {
    /** A first copy: we are so many times faster. */
    SEED_WALL("seed: times as fast", 3.0, true),
    /** A first copy: what we store for each byte that the peer stores. */
    SEED_STORED("seed: stored size", 1.15, false),
    /** A cycle with little that changed: we are so many times faster than the peer's second run. */
    CYCLE_WALL("cycle: times as fast", 25, true),
    /** A cycle of a large disk with every block mapped: times that of the small one. */
    CYCLE_MAPPED("cycle: large disk against small", 1.5, false),
    /** Objects that a cycle adds to the store. */
    CYCLE_OBJECTS("cycle: objects added", 3, false),
    /** A first copy of a running machine: we are so many times faster. */
    LIVE_SEED_WALL("live seed: times as fast", 1.5, true),
    /** A cycle of a running machine in which nothing changed: processor seconds of the agent and its guard. */
    LIVE_EMPTY_CPU("live cycle, nothing changed: cpu s", 0.5, false),
    /** Objects that such a cycle adds to the store. */
    LIVE_EMPTY_OBJECTS("live cycle, nothing changed: objects added", 2, false),
    /** A verified restore to a file: we are so many times faster. */
    RESTORE_WALL("restore: times as fast", 3.5, true),
    /** A machine from the vault answers: times what it takes from a local disk, from the order on. */
    BOOT_VAULT("boot from the vault", 1.3, false),
    /** The same from a large disk with every block mapped: times that of the small one. */
    BOOT_LARGE("boot: large disk against small", 1.15, false),
    /** The same over a slow link, with the trace of an earlier start. */
    BOOT_DISTANT("boot over a slow link, with a trace", 2.0, false),
    /** The export of a recovered machine, all of a disk in order: times as fast as qemu-nbd with the raw image. */
    EXPORT_SEQUENTIAL("export: sequential, times as fast", 0.5, true),
    /** The same, 4 KiB anywhere: what 99 of 100 take at most, in milliseconds. */
    EXPORT_RANDOM("export: random 4 KiB, 99 % in ms", 5, false),
    /** The most memory of our process, in MiB. */
    MEMORY("memory in MiB", 384, false);

    private final String what;
    private final double limit;
    private final boolean atLeast;

    Gate(String what, double limit, boolean atLeast) {
        this.what = what;
        this.limit = limit;
        this.atLeast = atLeast;
    }

    /** @param against the peer; empty when there is none */
    Verdict judge(String against, double measured) {
        // What is shown is what is judged.
        double shown = Row.rounded(measured);
        return new Verdict(what, against, shown, limit, atLeast, atLeast ? shown >= limit : shown <= limit);
    }
}
