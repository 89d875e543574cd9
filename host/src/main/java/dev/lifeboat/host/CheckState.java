package dev.lifeboat.host;

/** How the host stands in one respect. */
public enum CheckState {
    /** It has what is needed. */
    OK("ok"),
    /** It lacks something without which a part of Lifeboat does not work. */
    MISSING("missing"),
    /** Nothing is broken, but a person should know. */
    NOTE("note");

    private final String word;

    CheckState(String word) {
        this.word = word;
    }

    /** The state in one word, for tables and documents. */
    public String word() {
        return word;
    }
}
