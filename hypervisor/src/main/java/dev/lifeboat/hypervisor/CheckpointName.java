package dev.lifeboat.hypervisor;

import java.util.regex.Pattern;

/**
 * The name of a checkpoint. Lifeboat's begin with {@value #PREFIX}; others are somebody else's and are never touched.
 *
 * @param value at most 64 characters out of {@code a-z A-Z 0-9 . _ -}
 */
public record CheckpointName(String value) {

    /** What the names of our own begin with. */
    public static final String PREFIX = "lifeboat-";

    /** What the names begin with of checkpoints that recovered machines have from their beginning. */
    private static final String RECOVERED = PREFIX + "recovered-";

    /** So many digits of a digest tell points of one place apart, and leave room for the place. */
    private static final int DIGEST_DIGITS = 16;

    private static final Pattern ALLOWED = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}");

    public CheckpointName {
        if (!ALLOWED.matcher(value).matches()) {
            throw new IllegalArgumentException("a checkpoint named '%s'".formatted(value));
        }
    }

    /**
     * The checkpoint that a recovered machine has from before its first instruction: what changed since then is what it
     * wrote over the point. The name says which point that is.
     *
     * @param epoch of the point
     * @param slot of the point in the epoch
     * @param digest of the point's object, in hexadecimal: in another vault, or in this one put back to an earlier
     *     state, another point may have the same place
     */
    public static CheckpointName ofRecovery(int epoch, long slot, String digest) {
        return new CheckpointName("%s%d-%d-%s".formatted(RECOVERED, epoch, slot, digest.substring(0, DIGEST_DIGITS)));
    }

    /** Whether it is a recovered machine's from its beginning. */
    public boolean isOfRecovery() {
        return value.startsWith(RECOVERED);
    }

    public boolean isOurs() {
        return value.startsWith(PREFIX);
    }

    @Override
    public String toString() {
        return value;
    }
}
