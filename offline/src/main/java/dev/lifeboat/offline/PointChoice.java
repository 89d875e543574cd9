package dev.lifeboat.offline;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.point.PointId;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Which point a command is about: named, the newest of a group, or a group's newest before a time. Mixed into commands.
 */
final class PointChoice {

    private static final Pattern A_POINT = Pattern.compile(".*@.*");

    @Parameters(
            index = "0",
            paramLabel = "GROUP|POINT",
            description = "A group, for its newest recovery point, or a recovery point such as shop@1-42.")
    private String named = "";

    @Option(
            names = "--as-of",
            paramLabel = "TIME",
            description = "The group's newest point that is not younger than this, such as 2026-11-21T03:00:00Z.")
    private @Nullable String asOf;

    /** What was written. */
    String named() {
        return named;
    }

    /**
     * The point.
     *
     * @throws LifeboatException with {@link ErrorCode#VAULT_POINT_UNKNOWN} when there is none
     */
    Point in(Vault vault) {
        Optional<Instant> latest = asOf();
        if (A_POINT.matcher(named).matches()) {
            if (latest.isPresent()) {
                throw new LifeboatException(
                        ErrorCode.CLI_WRONG_USAGE,
                        "--as-of chooses among a group's points; %s is one.".formatted(named));
            }
            return vault.point(PointId.parse(named));
        }
        String group = VaultGroups.of(vault, named).getFirst();
        Optional<Point> found = latest.isEmpty()
                ? vault.group(group).newest()
                : vault.group(group).points().reversed().stream()
                        .filter(point -> !point.manifest().taken().isAfter(latest.get()))
                        .findFirst();
        return found.orElseThrow(() -> new LifeboatException(
                ErrorCode.VAULT_POINT_UNKNOWN,
                "Group %s has no point%s."
                        .formatted(
                                group,
                                latest.map(time -> " of " + time + " or before").orElse(""))));
    }

    private Optional<Instant> asOf() {
        String text = asOf;
        try {
            return text == null ? Optional.empty() : Optional.of(Instant.parse(text));
        } catch (DateTimeParseException e) {
            throw new LifeboatException(
                    ErrorCode.CLI_WRONG_USAGE, "\"%s\" is no time such as 2026-11-21T03:00:00Z.".formatted(text), e);
        }
    }
}
