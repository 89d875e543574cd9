package dev.lifeboat.cli.redaction;

/** The copy of a text that grows from its beginning to its end while secrets are left out. For use by one thread. */
final class CleanCopy {

    /** What stands where a secret stood. */
    static final String MARK = "[removed]";

    private final String text;
    private final StringBuilder kept = new StringBuilder();
    private int copied;
    private int removed;

    CleanCopy(String text) {
        this.text = text;
    }

    /** Leaves out a stretch behind all those that were left out before. */
    void leaveOut(int start, int end) {
        leaveOut(new Stretch(start, end, MARK));
    }

    /** Leaves out a stretch behind all those that were left out before. */
    void leaveOut(Stretch secret) {
        kept.append(text, copied, secret.start()).append(secret.shown());
        copied = secret.end();
        removed++;
    }

    /** Copies the rest. Nothing can be left out afterwards. */
    Redacted complete() {
        return new Redacted(kept.append(text, copied, text.length()).toString(), removed);
    }
}
