package dev.lifeboat.host;

import dev.lifeboat.model.LifeboatException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether the Java that runs this is a JDK, new enough to build Lifeboat. A package is named only when the package
 * manager of this very host offers it: which release of which distribution has a JDK 25 changes, and a wrong name sends
 * people in circles.
 */
final class JdkCheck implements HostCheck {

    static final int OLDEST = 25;
    static final String PACKAGE = "openjdk-25-jdk-headless";

    private static final Pattern CANDIDATE = Pattern.compile("(?m)^\\s*Candidate:\\s*(?!\\(none\\))(\\S+)");

    private final Path javaHome;
    private final Runtime.Version version;
    private final Program packageQuestion;

    /** @param packageQuestion asks apt what it knows of {@link #PACKAGE} */
    JdkCheck(Path javaHome, Runtime.Version version, Program packageQuestion) {
        this.javaHome = javaHome;
        this.version = version;
        this.packageQuestion = packageQuestion;
    }

    @Override
    public String name() {
        return "JDK";
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.BUILD);
    }

    @Override
    public HostFinding look() throws InterruptedException {
        boolean compiles = Files.isExecutable(javaHome.resolve("bin/javac"));
        String found = "%s in %s".formatted(version, javaHome);
        if (compiles && version.feature() >= OLDEST) {
            return HostFinding.ok(name(), found);
        }
        String what = compiles ? found : found + ", without a compiler";
        Optional<String> candidate = candidate();
        return candidate.isPresent()
                ? new HostFinding(
                        name(),
                        CheckState.MISSING,
                        what,
                        "Install %s (%s).".formatted(PACKAGE, candidate.get()),
                        List.of(PACKAGE))
                : HostFinding.missing(name(), what, JdkAdvice.text());
    }

    private Optional<String> candidate() throws InterruptedException {
        try {
            Matcher answer = CANDIDATE.matcher(packageQuestion.run().output());
            return answer.find() ? Optional.of(answer.group(1)) : Optional.empty();
        } catch (LifeboatException e) {
            // A host without apt offers no package by this name.
            return Optional.empty();
        }
    }
}
