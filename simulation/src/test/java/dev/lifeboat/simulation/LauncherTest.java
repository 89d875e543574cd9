package dev.lifeboat.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.model.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher does before any Java runs: it finds a JDK 25, or says on one screen how to get one. */
class LauncherTest {

    private static final Path ROOT = Path.of(Objects.requireNonNull(System.getProperty("lifeboat.root")));

    @TempDir
    private Path folder;

    private Path jvms;

    @BeforeEach
    void anEmptyJvmFolder() throws IOException {
        jvms = Files.createDirectory(folder.resolve("jvm"));
    }

    @Test
    void aJdk17InJavaHomeIsPassedOverForA25InTheJvmFolder() throws IOException, InterruptedException {
        jdk(folder.resolve("seventeen"), "17.0.15");
        Path wanted = jdk(jvms.resolve("twenty-five"), "25.0.3");

        assertThat(findJdk("seventeen").ask()).isEqualTo(wanted.toString());
    }

    @Test
    void aJdk25InJavaHomeComesFirst() throws IOException, InterruptedException {
        Path wanted = jdk(folder.resolve("mine"), "25");
        jdk(jvms.resolve("other"), "26.0.1");

        assertThat(findJdk("mine").ask()).isEqualTo(wanted.toString());
    }

    @Test
    void aRuntimeWithoutACompilerIsNoJdk() throws IOException, InterruptedException {
        Path runtime = jdk(jvms.resolve("runtime"), "25.0.3");
        Files.delete(runtime.resolve("bin/javac"));

        assertThat(findJdk("none").run().exitCode()).isEqualTo(1);
    }

    @Test
    void withoutAnyJdkTheLauncherSaysHowToGetOne() throws InterruptedException {
        ProgramRun run = environment(Program.of(ROOT.resolve("lifeboat").toString(), "version"), "none")
                .run();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errors()).contains("LB-HOST-001", "Safe:", "Next:", "JAVA_HOME", "25");
        assertThat(run.errors().lines().count()).as("fits one screen").isLessThanOrEqualTo(24);
    }

    @Test
    void mavenToFetchMavenWithIsAskedForByName() throws IOException, InterruptedException {
        Path jdk = jdk(jvms.resolve("twenty-five"), "25.0.3");
        Path programs = Files.createDirectory(folder.resolve("programs"));
        for (String program : new String[] {"sh", "dirname", "sed", "printf"}) {
            script(programs.resolve(program), "exec /usr/bin/" + program + " \"$@\"\n");
        }
        ProgramRun run = environment(Program.of(ROOT.resolve("mvnw").toString(), "--version"), jdk.toString())
                .withVariable("PATH", programs.toString())
                .withVariable("MAVEN_USER_HOME", folder.resolve("m2").toString())
                .run();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errors()).contains("LB-HOST-002", "apt-get install maven");
    }

    @Test
    void aMavenThatIsNotThePinnedOneIsNeverRun() throws IOException, InterruptedException {
        jdk(jvms.resolve("twenty-five"), "25.0.3");
        Path mvn = script(folder.resolve("programs/mvn"), """
                for argument; do
                    case $argument in -DoutputDirectory=*) echo altered >"${argument#*=}/apache-maven-3.9.16-bin.tar.gz" ;; esac
                done
                """);
        ProgramRun run = environment(Program.of(ROOT.resolve("mvnw").toString(), "--version"), "none")
                .withVariable("PATH", mvn.getParent() + ":/usr/bin:/bin")
                .withVariable("MAVEN_USER_HOME", folder.resolve("m2").toString())
                .run();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errors()).contains("LB-HOST-004");
        try (var left = Files.walk(folder.resolve("m2"))) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void theScriptsUseTheCodesOfTheTable() throws IOException {
        Set<String> table =
                Arrays.stream(ErrorCode.values()).map(ErrorCode::code).collect(Collectors.toSet());
        for (String script : List.of("lifeboat", "mvnw")) {
            List<String> used = Pattern.compile("LB-[A-Z]+-\\d+")
                    .matcher(Files.readString(ROOT.resolve(script)))
                    .results()
                    .map(MatchResult::group)
                    .toList();
            assertThat(used).as(script).isNotEmpty().isSubsetOf(table);
        }
    }

    private Program findJdk(String javaHome) {
        return environment(Program.of(ROOT.resolve("scripts/find-jdk").toString()), javaHome);
    }

    private Program environment(Program program, String javaHome) {
        return program.withVariable("JAVA_HOME", folder.resolve(javaHome).toString())
                .withVariable("LIFEBOAT_JVM_FOLDER", jvms.toString())
                .withVariable("SDKMAN_DIR", folder.resolve("sdkman").toString());
    }

    /** As much of a JDK as the launcher looks at. */
    private static Path jdk(Path home, String version) throws IOException {
        script(home.resolve("bin/java"), "exit 99\n");
        script(home.resolve("bin/javac"), "exit 99\n");
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"Test\"\nJAVA_VERSION=\"%s\"\n".formatted(version));
        return home;
    }

    private static Path script(Path file, String body) throws IOException {
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.writeString(file, "#!/bin/sh\n" + body);
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }
}
