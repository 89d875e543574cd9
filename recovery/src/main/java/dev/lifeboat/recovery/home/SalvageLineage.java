package dev.lifeboat.recovery.home;

import dev.lifeboat.vault.key.Name;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Where salvage points of a group go: a group of their own beside it, {@code GROUP.salvage.WRITER}. The group itself
 * belongs to another site by then, and its history is not to be disturbed. The writer is in the name since a group of
 * the vault has one owner, and machines of one group may have had several homes.
 */
public final class SalvageLineage {

    private static final String MARK = ".salvage.";
    private static final int DIGEST_CHARACTERS = 16;

    private SalvageLineage() {}

    /**
     * Its name. Where the group's and the writer's are too long for one name, both are cut off, with a digest behind.
     */
    public static String of(String group, String writer) {
        String name = group + MARK + writer;
        if (name.length() <= Name.MAX_CHARACTERS) {
            return name;
        }
        String digest = digest(name);
        int room = Name.MAX_CHARACTERS - MARK.length() - digest.length() - 1;
        return group.substring(0, Math.min(group.length(), room)) + MARK + "." + digest;
    }

    private static String digest(String name) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(digest).substring(0, DIGEST_CHARACTERS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }
}
