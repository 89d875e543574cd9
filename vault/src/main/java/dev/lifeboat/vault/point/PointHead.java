package dev.lifeboat.vault.point;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * What to remember of a point outside of the vault, to notice when an older state of the vault is put back:
 * {@code GROUP@EPOCH-SLOT:DIGEST}.
 *
 * @param point its name
 * @param digest the first 16 hexadecimal digits of the SHA-256 of its object; empty when only the name is known
 */
public record PointHead(PointId point, String digest) {

    private static final int DIGITS = 16;
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{16}");

    public PointHead {
        if (!digest.isEmpty() && !DIGEST.matcher(digest).matches()) {
            throw new IllegalArgumentException("the digest of a head: " + digest);
        }
    }

    /** Of the point whose object has this SHA-256. */
    public static PointHead of(PointId point, byte[] objectDigest) {
        return new PointHead(point, HexFormat.of().formatHex(objectDigest).substring(0, DIGITS));
    }

    /**
     * From its text, or from a point's name alone.
     *
     * @throws LifeboatException with {@link ErrorCode#VAULT_POINT_UNKNOWN} when it is neither
     */
    public static PointHead parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            return new PointHead(PointId.parse(text), "");
        }
        String digest = text.substring(colon + 1);
        if (!DIGEST.matcher(digest).matches()) {
            throw new LifeboatException(
                    ErrorCode.VAULT_POINT_UNKNOWN,
                    "\"%s\" is no head: they look like shop@1-42:0123456789abcdef.".formatted(text));
        }
        return new PointHead(PointId.parse(text.substring(0, colon)), digest);
    }

    /** Whether the point is the one that is remembered. */
    public boolean matches(PointHead actual) {
        return point.equals(actual.point) && (digest.isEmpty() || digest.equals(actual.digest));
    }

    @Override
    public String toString() {
        return digest.isEmpty() ? point.toString() : point + ":" + digest;
    }
}
