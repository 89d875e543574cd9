package dev.lifeboat.bench.tool;

import java.util.List;

/** Who can be measured. */
public final class Contenders {

    private Contenders() {}

    /** This product, started as this process was. */
    public static Contender ourselves() {
        return new Lifeboat(OurProcess.ofThisProcess());
    }

    /** Those that take in an image and give it back. */
    public static List<Contender> peers() {
        return List.of(new Restic(), new Borg(), new QemuImg());
    }

    /** Those of the peers that add a changed image to the one they have. */
    public static List<Contender> peersThatAdd() {
        return List.of(new Restic(), new Borg());
    }
}
