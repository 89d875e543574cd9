package dev.lifeboat.network;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the kernel keeps with a realm, as the comment of a table of its firewall: enough to know whose it is, whether
 * all of it is there, and whether what is wanted is the same. Its text has at most 118 characters, of the 128 that
 * nftables takes.
 *
 * @param kind of the realm
 * @param name of the realm
 * @param owner of the realm
 * @param networks how many there are when it is whole
 * @param shape the beginning of a digest of what cannot be changed while it exists: names, subnets, gateways and
 *     forward modes of its networks
 */
public record RealmMark(RealmKind kind, Label name, Label owner, int networks, String shape) {

    private static final int SHAPE_DIGITS = 12;
    private static final Pattern TEXT =
            Pattern.compile("lifeboat (recovery|bubble) (\\S{1,40}) of (\\S{1,40}) (\\d{1,2}) ([0-9a-f]{12})");

    /** What a realm is to be marked with. */
    public static RealmMark of(Realm realm) {
        String networks = realm.networks().stream()
                .map(network -> "%s %s %s %s"
                        .formatted(
                                network.name(),
                                network.subnet(),
                                network.gateway(),
                                network.forward().code()))
                .collect(Collectors.joining("\n"));
        return new RealmMark(
                realm.kind(),
                realm.name(),
                realm.owner(),
                realm.networks().size(),
                RealmId.digest(networks).substring(0, SHAPE_DIGITS));
    }

    /** Reads what {@link #toString} writes; empty when it is something else. */
    public static Optional<RealmMark> read(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        RealmKind kind = Arrays.stream(RealmKind.values())
                .filter(one -> one.code().equals(matcher.group(1)))
                .findFirst()
                .orElseThrow();
        return Optional.of(new RealmMark(
                kind,
                new Label(matcher.group(2)),
                new Label(matcher.group(3)),
                Integer.parseInt(matcher.group(4)),
                matcher.group(5)));
    }

    @Override
    public String toString() {
        return "lifeboat %s %s of %s %d %s".formatted(kind.code(), name, owner, networks, shape);
    }
}
