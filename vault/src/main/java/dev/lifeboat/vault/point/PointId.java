package dev.lifeboat.vault.point;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.key.Name;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names a place in the history of a group, which holds a point or a seal: {@code GROUP@EPOCH-SLOT}.
 *
 * @param group the group
 * @param epoch from 1
 * @param slot from 1 in each epoch
 */
public record PointId(String group, int epoch, long slot) implements Comparable<PointId> {

    /** What the ten digits of a slot have room for. */
    public static final long MAX_SLOT = 9_999_999_999L;

    private static final String FOLDER = "points/";
    private static final int MAX_EPOCH = 99_999_999;
    private static final Pattern TEXT = Pattern.compile("(.+)@([1-9][0-9]{0,7})-([1-9][0-9]{0,9})");
    private static final Pattern OBJECT = Pattern.compile("points/([^/]+)/([0-9]{8})-([0-9]{10})");

    public PointId {
        Name.require("group", group);
        if (epoch < 1 || epoch > MAX_EPOCH || slot < 1 || slot > MAX_SLOT) {
            throw new IllegalArgumentException("epoch %d, slot %d".formatted(epoch, slot));
        }
    }

    /**
     * The point that is written so.
     *
     * @throws LifeboatException with {@link ErrorCode#VAULT_POINT_UNKNOWN} when it is no point's name
     */
    public static PointId parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches() || !Name.isName(parts.group(1))) {
            throw new LifeboatException(
                    ErrorCode.VAULT_POINT_UNKNOWN,
                    "\"%s\" is no point's name: they look like shop@1-42.".formatted(text));
        }
        return new PointId(parts.group(1), Integer.parseInt(parts.group(2)), Long.parseLong(parts.group(3)));
    }

    /** The place whose object has this name; empty when none has. */
    public static Optional<PointId> ofName(String objectName) {
        Matcher parts = OBJECT.matcher(objectName);
        if (!parts.matches() || !Name.isName(parts.group(1))) {
            return Optional.empty();
        }
        int epoch = Integer.parseInt(parts.group(2));
        long slot = Long.parseLong(parts.group(3));
        return epoch == 0 || slot == 0 ? Optional.empty() : Optional.of(new PointId(parts.group(1), epoch, slot));
    }

    /** What the names of all objects of all groups' histories begin with. */
    public static String folder() {
        return FOLDER;
    }

    /** What the names of all objects of a group's history begin with. */
    public static String folder(String group) {
        return FOLDER + group + "/";
    }

    /** The name of its object in the store. */
    public String objectName() {
        return String.format(Locale.ROOT, "%s%s/%08d-%010d", FOLDER, group, epoch, slot);
    }

    /** The place after it in the same epoch. */
    public PointId next() {
        return new PointId(group, epoch, slot + 1);
    }

    /** By group, then in the order of history. */
    @Override
    public int compareTo(PointId other) {
        int byGroup = group.compareTo(other.group);
        if (byGroup != 0) {
            return byGroup;
        }
        int byEpoch = Integer.compare(epoch, other.epoch);
        return byEpoch != 0 ? byEpoch : Long.compare(slot, other.slot);
    }

    @Override
    public String toString() {
        return group + "@" + epoch + "-" + slot;
    }
}
