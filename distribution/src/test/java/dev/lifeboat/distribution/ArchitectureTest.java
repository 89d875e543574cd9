package dev.lifeboat.distribution;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The arrows between the modules, as ARCHITECTURE.md draws them, and the calls that nobody may make. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ArchitectureTest {

    /** Module → the modules it may see. A module that is not in this table cannot be built: see the last test. */
    static final Map<String, List<String>> ARROWS = Map.ofEntries(
            entry("model", List.of()),
            entry("host", List.of("model")),
            entry("nbd", List.of()),
            entry("vault", List.of("model")),
            entry("hypervisor", List.of("model", "host")),
            entry("network", List.of("model", "host")),
            entry("replication", List.of("model", "nbd", "vault", "hypervisor")),
            entry("recovery", List.of("model", "host", "nbd", "vault", "hypervisor", "network")),
            entry("cli", List.of("model", "host")),
            // A person who serves a point's disks, or starts its machines, and an agent that does, do the same thing.
            entry("offline", List.of("model", "host", "nbd", "vault", "hypervisor", "network", "recovery", "cli")),
            // An agent brings machines back as `rescue` does; whoever tells it to says so in the same words.
            entry(
                    "agent",
                    List.of(
                            "model",
                            "host",
                            "vault",
                            "nbd",
                            "hypervisor",
                            "replication",
                            "recovery",
                            "cli",
                            "offline")),
            entry("lab", List.of("model", "host", "cli")),
            // A bench starts machines of the lab as a recovery does.
            entry("bench", List.of("model", "host", "nbd", "vault", "hypervisor", "network", "recovery", "cli", "lab")),
            entry(
                    "distribution",
                    List.of(
                            "model",
                            "host",
                            "nbd",
                            "vault",
                            "hypervisor",
                            "network",
                            "replication",
                            "recovery",
                            "cli",
                            "offline",
                            "agent",
                            "lab",
                            "bench")));

    static final List<String> MODULES = ARROWS.keySet().stream().sorted().toList();

    private static final String ROOT = "dev.lifeboat.";
    private static final String CLOCK = "dev.lifeboat.host.SystemTimekeeper";
    private static final String RANDOMNESS = "dev.lifeboat.host.SystemRandomness";
    private static final String MAIN = "dev.lifeboat.distribution.Lifeboat";

    // An access is a call or a method reference: `Instant::now` is no better than `Instant.now()`.
    private static final ArchRule TIME_IS_INJECTED = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(CLOCK)
            .should()
            .accessTargetWhere(describe("asks for the time or sleeps", ArchitectureTest::asksForTheTimeOrSleeps))
            .because("time is injected, so that tests can drive it");

    private static final ArchRule RANDOMNESS_IS_INJECTED = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(RANDOMNESS)
            .should()
            .accessTargetWhere(describe("is random without a seed", ArchitectureTest::isRandomWithoutASeed))
            .because("a run must be repeatable from its seed");

    private final JavaClasses everything = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.lifeboat");

    @ParameterizedTest
    @FieldSource("MODULES")
    void aModuleSeesOnlyTheModulesItsArrowsPointAt(String module) {
        List<String> allowed = new ArrayList<>(ARROWS.getOrDefault(module, List.of()));
        allowed.add(module);
        classes()
                .that()
                .resideInAPackage(ROOT + module + "..")
                .should()
                .onlyDependOnClassesThat(describe(
                        "are outside of Lifeboat or in " + allowed,
                        (JavaClass seen) ->
                                !seen.getPackageName().startsWith(ROOT) || allowed.contains(moduleOf(seen))))
                .because("the tree is the architecture: an arrow that is not in ARCHITECTURE.md does not exist")
                .check(everything);
    }

    @Test
    void packagesOfAModuleDoNotDependOnEachOtherInCircles() {
        slices().matching("dev.lifeboat.(*).(**)")
                .should()
                .beFreeOfCycles()
                .because("a circle of packages can only be understood, tested and moved as one")
                .check(everything);
    }

    @Test
    void onlyTheSystemTimekeeperAsksTheSystemForTheTimeOrPutsAThreadToSleep() {
        TIME_IS_INJECTED.check(everything);
    }

    @Test
    void randomnessIsInjected() {
        RANDOMNESS_IS_INJECTED.check(everything);
    }

    @Test
    void everyWayAroundTheInjectedTimeAndRandomnessIsCaught() {
        assertThat(caughtBy(TIME_IS_INJECTED, BannedCalls.OfTime.class))
                .containsExactlyInAnyOrderElementsOf(methodsOf(BannedCalls.OfTime.class));
        assertThat(caughtBy(RANDOMNESS_IS_INJECTED, BannedCalls.OfRandomness.class))
                .containsExactlyInAnyOrderElementsOf(methodsOf(BannedCalls.OfRandomness.class));
        assertThat(caughtBy(TIME_IS_INJECTED, BannedCalls.OfNothing.class)).isEmpty();
        assertThat(caughtBy(RANDOMNESS_IS_INJECTED, BannedCalls.OfNothing.class))
                .isEmpty();
    }

    @Test
    void onlyMainEndsTheProcessAndOwnsTheStandardStreams() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(MAIN)
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .because("a command throws, and CommandRunner turns its end into words and an exit code")
                .check(everything);
    }

    @Test
    void namesSayWhatAThingIs() {
        noClasses()
                .should()
                .haveSimpleNameEndingWith("Manager")
                .orShould()
                .haveSimpleNameEndingWith("Helper")
                .orShould()
                .haveSimpleNameEndingWith("Util")
                .orShould()
                .haveSimpleNameEndingWith("Utils")
                .orShould()
                .haveSimpleNameEndingWith("Impl")
                .orShould()
                .haveSimpleNameEndingWith("Data")
                .orShould()
                .haveSimpleNameEndingWith("Info")
                .because("such a name fits anything; docs/glossary.md has the field's words")
                .check(everything);
    }

    @Test
    void everyModuleOfTheBuildHasItsArrows() throws IOException {
        List<String> built = Files.readAllLines(ProjectTree.root().resolve("pom.xml")).stream()
                .map(String::strip)
                .filter(line -> line.startsWith("<module>"))
                .map(line -> line.replaceAll("</?module>", ""))
                .filter(module -> !module.equals("simulation"))
                .toList();
        assertThat(new TreeSet<>(built)).isEqualTo(new TreeSet<>(ARROWS.keySet()));
    }

    @Test
    void everyPackageSaysWhatItIsAndIsNullMarked() throws IOException {
        try (Stream<Path> sources = ProjectTree.mainSources()) {
            List<Path> packages =
                    sources.map(Path::getParent).distinct().sorted().toList();
            assertThat(packages)
                    .isNotEmpty()
                    .allSatisfy(folder -> assertThat(folder.resolve("package-info.java"))
                            .content()
                            .startsWith("/**")
                            .contains("@NullMarked"));
        }
    }

    @Test
    void aFileFitsAFewScreens() throws IOException {
        int mostLines = 450;
        try (Stream<Path> sources = ProjectTree.mainSources()) {
            assertThat(sources)
                    // The table of errors is read by looking up, not from top to bottom.
                    .filteredOn(file -> !file.endsWith("ErrorCode.java"))
                    .allSatisfy(file -> assertThat(Files.readAllLines(file))
                            .as(file.toString())
                            .hasSizeLessThanOrEqualTo(mostLines));
        }
    }

    private static boolean asksForTheTimeOrSleeps(JavaAccess<?> access) {
        String name = access.getTarget().getName();
        return switch (access.getTargetOwner().getFullName()) {
            // Those that tick wrap a clock that is given, or else ask the system's.
            case "java.time.Clock", "java.time.InstantSource" ->
                name.startsWith("system")
                        || List.of("tickMillis", "tickSeconds", "tickMinutes").contains(name);
            case "java.lang.System" -> List.of("currentTimeMillis", "nanoTime").contains(name);
            case "java.lang.Thread", "java.util.concurrent.TimeUnit" -> name.equals("sleep");
            case "java.util.Date" -> isConstructorWithoutParameters(access);
            case String owner -> owner.startsWith("java.time.") && name.equals("now");
        };
    }

    private static boolean isRandomWithoutASeed(JavaAccess<?> access) {
        String name = access.getTarget().getName();
        return switch (access.getTargetOwner().getFullName()) {
            case "java.util.Random", "java.util.SplittableRandom" -> isConstructorWithoutParameters(access);
            case "java.lang.Math", "java.lang.StrictMath" -> name.equals("random");
            case "java.util.UUID" -> name.equals("randomUUID");
            case "java.util.concurrent.ThreadLocalRandom", "java.security.SecureRandom" -> true;
            default -> false;
        };
    }

    private static boolean isConstructorWithoutParameters(JavaAccess<?> access) {
        return access.getTarget() instanceof CodeUnitAccessTarget target
                && target.getName().equals(JavaConstructor.CONSTRUCTOR_NAME)
                && target.getRawParameterTypes().isEmpty();
    }

    /** The names of the methods of the class in which the rule finds something. */
    private static Set<String> caughtBy(ArchRule rule, Class<?> bad) {
        List<String> findings = rule.evaluate(new ClassFileImporter().importClasses(bad))
                .getFailureReport()
                .getDetails();
        return methodsOf(bad).stream()
                .filter(method -> findings.stream()
                        .anyMatch(finding -> finding.contains("<%s.%s(".formatted(bad.getName(), method))))
                .collect(Collectors.toSet());
    }

    private static Set<String> methodsOf(Class<?> bad) {
        return Arrays.stream(bad.getDeclaredMethods())
                .filter(method -> !method.isSynthetic())
                .map(Method::getName)
                .collect(Collectors.toSet());
    }

    private static String moduleOf(JavaClass seen) {
        return seen.getPackageName().substring(ROOT.length()).split("\\.", 2)[0];
    }
}
