package dev.lifeboat.distribution;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The arrows between the modules, as ARCHITECTURE.md draws them, and the calls that nobody may make. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ArchitectureTest {

    /** Module → the modules it may see. A module that is not in this table cannot be built: see the last test. */
    static final Map<String, List<String>> ARROWS = Map.of(
            "model", List.of(),
            "host", List.of("model"),
            "cli", List.of("model", "host"),
            "lab", List.of("model", "host", "cli"),
            "distribution", List.of("model", "host", "cli", "lab"));

    static final List<String> MODULES = ARROWS.keySet().stream().sorted().toList();

    private static final String ROOT = "dev.lifeboat.";
    private static final String CLOCK = "dev.lifeboat.host.SystemTimekeeper";
    private static final String MAIN = "dev.lifeboat.distribution.Lifeboat";

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
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(CLOCK)
                .should()
                .callMethodWhere(describe("asks for the time or sleeps", call -> {
                    String owner = call.getTarget().getOwner().getFullName();
                    String name = call.getTarget().getName();
                    return (owner.startsWith("java.time.") && name.equals("now"))
                            || (owner.equals("java.lang.System")
                                    && List.of("currentTimeMillis", "nanoTime").contains(name))
                            || (owner.equals("java.lang.Thread") && name.equals("sleep"));
                }))
                .because("time is injected, so that tests can drive it")
                .check(everything);
    }

    @Test
    void randomnessIsInjected() {
        noClasses()
                .should()
                .callConstructor(java.util.Random.class)
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .callMethod(java.util.concurrent.ThreadLocalRandom.class, "current")
                .because("a run must be repeatable from its seed")
                .check(everything);
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
                    .allSatisfy(file -> assertThat(Files.readAllLines(file))
                            .as(file.toString())
                            .hasSizeLessThanOrEqualTo(mostLines));
        }
    }

    private static String moduleOf(JavaClass seen) {
        return seen.getPackageName().substring(ROOT.length()).split("\\.", 2)[0];
    }
}
