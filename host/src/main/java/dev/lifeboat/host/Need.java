package dev.lifeboat.host;

/** What a part of the host is needed for. */
public enum Need {
    /** Building Lifeboat from its sources. */
    BUILD("build"),
    /** The lab and the demo: two sites with real machines on one computer. */
    LAB("lab"),
    /** The project's own tests, beyond what the lab needs. */
    TEST("tests");

    private final String word;

    Need(String word) {
        this.word = word;
    }

    /** The need in one word, for messages and documents. */
    public String word() {
        return word;
    }
}
