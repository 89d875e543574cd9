package dev.lifeboat.network;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * What a realm is called by the kernel, whose names of links have at most 15 characters: {@code lb} and the first eight
 * hexadecimal digits of the SHA-256 of its name. It is the same in every process, and nothing has to be remembered to
 * find what belongs to a realm.
 *
 * @param text ten characters
 */
public record RealmId(String text) implements Comparable<RealmId> {

    private static final int DIGITS = 8;
    private static final Pattern SHAPE = Pattern.compile("lb[0-9a-f]{8}");

    public RealmId {
        if (!isOne(text)) {
            throw new IllegalArgumentException("no id of a realm: " + text);
        }
    }

    public static RealmId of(Label name) {
        return new RealmId("lb" + digest(name.text()).substring(0, DIGITS));
    }

    /** Whether the text has its shape. */
    public static boolean isOne(String text) {
        return SHAPE.matcher(text).matches();
    }

    /** The SHA-256 of a text in hexadecimal digits. */
    public static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public int compareTo(RealmId other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
