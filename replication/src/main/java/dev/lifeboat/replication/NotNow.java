package dev.lifeboat.replication;

/** Something stands in the way of a cycle that nobody has done wrong; the next one may find it gone. */
final class NotNow extends Exception {

    private static final long serialVersionUID = 1L;

    /** @param reason a sentence without its full stop */
    NotNow(String reason) {
        super(reason);
    }
}
