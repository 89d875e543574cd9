package dev.lifeboat.host;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.util.List;

/**
 * What a host lacks for a purpose and could get from packages.
 *
 * @param things the missing programs and files
 * @param packages the Debian packages that have them, each once
 */
public record Shortage(List<String> things, List<String> packages) {

    public Shortage {
        things = List.copyOf(things);
        packages = List.copyOf(packages);
    }

    static Shortage of(List<HostPiece> pieces) {
        return new Shortage(
                pieces.stream().map(HostPiece::thing).distinct().toList(),
                pieces.stream().map(HostPiece::debianPackage).distinct().toList());
    }

    public boolean isEmpty() {
        return things.isEmpty();
    }

    /**
     * Does nothing when nothing is missing.
     *
     * @throws LifeboatException with {@link ErrorCode#HOST_PACKAGES_MISSING} otherwise, naming all of it
     */
    public void orThrow() {
        if (!isEmpty()) {
            throw new LifeboatException(
                    ErrorCode.HOST_PACKAGES_MISSING,
                    "Missing on this host: %s (packages: %s)."
                            .formatted(String.join(", ", things), String.join(" ", packages)));
        }
    }
}
