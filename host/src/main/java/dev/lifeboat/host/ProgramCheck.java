package dev.lifeboat.host;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether programs and files that belong together are installed, and in which version. */
final class ProgramCheck implements HostCheck {

    private static final Pattern VERSION = Pattern.compile("\\d+(\\.\\d+)+");

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
            return HostFinding.ok(name, found());
        }
        // What only the tests need is no fault of a host that is to rescue machines.
        CheckState state = needs.equals(Set.of(Need.TEST)) ? CheckState.NOTE : CheckState.MISSING;
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
        return new HostFinding(name, state, "without " + without, String.join(" ", remedies), List.copyOf(packages));
    }

    private boolean isThere(HostPiece piece) {
        return piece.isProgram() ? path.folderOf(piece.thing()).isPresent() : Files.isReadable(Path.of(piece.thing()));
    }

    private String found() throws InterruptedException {
        if (versionQuestion.isEmpty()) {
            return "installed";
        }
        ProgramRun answer = Program.of(versionQuestion).run();
        // Some tell their version on standard error, or with an exit status that means something else.
        Matcher version = VERSION.matcher(answer.output() + answer.errors());
        return version.find() ? version.group() : "installed, version unknown";
    }
}
