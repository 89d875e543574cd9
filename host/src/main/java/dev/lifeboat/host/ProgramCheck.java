package dev.lifeboat.host;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Whether programs and files that belong together are installed, and in which version. */
final class ProgramCheck implements HostCheck {

    private final String name;
    private final Set<Need> needs;
    private final List<HostPiece> pieces;
    private final List<String> versionQuestion;
    private final SearchPath path;

    /** @param versionQuestion the command that tells the version; empty when there is none to ask */
    ProgramCheck(String name, Set<Need> needs, List<HostPiece> pieces, List<String> versionQuestion, SearchPath path) {
        this.name = name;
        this.needs = Set.copyOf(needs);
        this.pieces = List.copyOf(pieces);
        this.versionQuestion = List.copyOf(versionQuestion);
        this.path = path;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Set<Need> needs() {
        return needs;
    }

    @Override
    public List<HostPiece> lacking() {
        return pieces.stream().filter(piece -> !isThere(piece)).toList();
    }

    @Override
    public HostFinding look() throws InterruptedException {
        List<HostPiece> lacking = lacking();
        if (lacking.isEmpty()) {
            return versioned();
        }
        Set<String> packages = new LinkedHashSet<>();
        Map<Path, List<String>> overlooked = new LinkedHashMap<>();
        for (HostPiece piece : lacking) {
            Optional<Path> folder = piece.isProgram() ? path.overlookedFolderOf(piece.thing()) : Optional.empty();
            if (folder.isPresent()) {
                overlooked
                        .computeIfAbsent(folder.get(), at -> new ArrayList<>())
                        .add(piece.thing());
            } else {
                packages.add(piece.debianPackage());
            }
        }
        List<String> remedies = new ArrayList<>();
        if (!packages.isEmpty()) {
            remedies.add("Install %s.".formatted(String.join(", ", packages)));
        }
        overlooked.forEach((folder, programs) ->
                remedies.add("Add %s to the PATH, for %s.".formatted(folder, String.join(", ", programs))));
        String without =
                String.join(", ", lacking.stream().map(HostPiece::thing).toList());
        return new HostFinding(
                name, stateOfFault(), "without " + without, String.join(" ", remedies), List.copyOf(packages));
    }

    private boolean isThere(HostPiece piece) {
        return piece.isProgram() ? path.folderOf(piece.thing()).isPresent() : Files.isReadable(Path.of(piece.thing()));
    }

    /** What only tests and benches need is no fault of a host that is to rescue machines. */
    private CheckState stateOfFault() {
        return needs.stream().allMatch(Need::isOptional) ? CheckState.NOTE : CheckState.MISSING;
    }

    /** Everything is there; whether it also answers is seen by asking for its version. */
    private HostFinding versioned() throws InterruptedException {
        if (versionQuestion.isEmpty()) {
            return HostFinding.ok(name, "installed");
        }
        try {
            return HostFinding.ok(name, ProgramVersion.ask(versionQuestion).orElse("installed, version unknown"));
        } catch (LifeboatException e) {
            // No packages in the finding: they are installed, and installing them again would do nothing.
            String remedy = e.code() == ErrorCode.HOST_PROGRAM_TIMED_OUT
                    ? e.code().next()
                    : "Reinstall %s."
                            .formatted(String.join(
                                    ", ",
                                    pieces.stream()
                                            .map(HostPiece::debianPackage)
                                            .distinct()
                                            .toList()));
            return new HostFinding(name, stateOfFault(), "does not answer: " + e.getMessage(), remedy, List.of());
        }
    }
}
