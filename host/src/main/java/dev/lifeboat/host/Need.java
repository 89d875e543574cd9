package dev.lifeboat.host;

/** What a part of the host is needed for. */
public enum Need {
    /** Building Lifeboat from its sources. */
    BUILD("build"),
    /** The lab and the demo: two sites with real machines on one computer. */
    LAB("lab"),
    /** The project's own tests, beyond what the lab needs. */
    TEST("tests"),
    /** Benches: the products beside which Lifeboat is measured, and what measures them. */
    BENCH("benches"),
    /** Benches of running machines. */
    LIVE_BENCH("live benches"),
    /** The bench of the disks that recovered machines get. */
    EXPORT_BENCH("export bench");

    private final String word;

    Need(String word) {
        this.word = word;
    }

    /**
     * Whether a host that lacks it can nevertheless do what Lifeboat exists for. The lack is then worth a note, and is
     * no fault.
     */
    boolean isOptional() {
        return switch (this) {
            case BUILD, LAB -> false;
            case TEST, BENCH, LIVE_BENCH, EXPORT_BENCH -> true;
        };
    }

    /** The need in one word, for messages and documents. */
    public String word() {
        return word;
    }
}
