package dev.lifeboat.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.HostUser;
import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.model.ErrorCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
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

/**
 * What the launcher does before any Java runs: it finds a JDK 25, or says on one screen how to get one, and builds. The
 * builds here are of a checkout that has nothing but the launcher and a Maven that only writes down its call.
 */
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
    void anUnknownOptionOfTestIsRefusedBeforeAnythingIsDone() throws IOException, InterruptedException {
        Path checkout = checkout();

        // There is no JDK either: what is wrong with the command line is said first.
        ProgramRun run = launcher(checkout, "test", "--bogus").run();

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.errors()).contains("LB-CLI-001", "--bogus", "Safe:", "Next:");
        assertThat(checkout.resolve("distribution/target")).doesNotExist();
    }

    @Test
    void theLauncherBecomesJavaSoThatSignalsReachIt() throws IOException, InterruptedException {
        Path checkout = checkout();
        jdkThatRuns("echo $$; exec sleep 60");
        launcherBuild(checkout);

        Process process = launcher(checkout, "version").start();
        try (BufferedReader output = process.inputReader()) {
            assertThat(output.readLine()).isEqualTo(Long.toString(process.pid()));
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void aRebuildLeavesTheJarsOfTheCommandsThatRun() throws IOException, InterruptedException {
        Path checkout = checkout();
        Path source = checkout.resolve("distribution/src/main/Source.java");

        Path first = launcherBuild(checkout);
        assertThat(launcherBuild(checkout)).as("nothing has changed").isEqualTo(first);

        Files.writeString(source, "changed");
        Path second = launcherBuild(checkout);
        assertThat(second).isNotEqualTo(first);
        assertThat(first.resolve("distribution.jar")).exists();

        Files.writeString(source, "changed again");
        Path third = launcherBuild(checkout);
        assertThat(second.resolve("distribution.jar")).exists();
        assertThat(third.resolve("distribution.jar")).exists();
        assertThat(first).doesNotExist();
    }

    @Test
    void aFailedBuildKeepsTheLastGoodOne() throws IOException, InterruptedException {
        Path checkout = checkout();
        Path good = launcherBuild(checkout);
        Files.writeString(checkout.resolve("distribution/src/main/Source.java"), "broken");
        script(checkout.resolve("mvnw"), "echo 'Source.java is broken'; exit 1\n");

        ProgramRun run = launcher(checkout, "version").run();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errors()).contains("LB-HOST-005", "Source.java is broken");
        assertThat(good.resolve("distribution.jar")).exists();
        assertThat(checkout.resolve("distribution/target/current/lib").toRealPath())
                .isEqualTo(good);
        try (var builds = Files.newDirectoryStream(checkout.resolve("distribution/target"), "lifeboat-*")) {
            assertThat(builds).hasSize(1);
        }
    }

    @Test
    void aTreeThatMayNotBeWrittenIsNamed() throws IOException, InterruptedException {
        Path checkout = checkout();
        jdkThatRuns("exit 99");
        Path target = Files.createDirectories(checkout.resolve("distribution/target"));
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("r-xr-xr-x"));
        Program launcher = launcher(checkout, "version");
        if (HostUser.current().isRoot()) {
            // Root may write everywhere; nobody may not.
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.createDirectory(checkout.resolve("target"));
            Files.setPosixFilePermissions(checkout.resolve("target"), PosixFilePermissions.fromString("rwxrwxrwx"));
            launcher = launcher.startedBy("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
        }

        ProgramRun run = launcher.run();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errors()).contains("LB-HOST-005", "may not write all of " + target, "Safe:", "Next:");
    }

    @Test
    void theOutcomeOfTheTestsIsMavensWhateverTheReportsAre() throws IOException, InterruptedException {
        Path checkout = checkout();
        launcherBuild(checkout);
        Path calls = folder.resolve("calls");
        script(checkout.resolve("mvnw"), "echo \"$*\" >>%s; exit 3\n".formatted(calls));

        ProgramRun without = launcher(checkout, "test", "--full").run();

        assertThat(without.exitCode()).isEqualTo(3);
        assertThat(without.errors()).contains("No test was run.");
        assertThat(Files.readString(calls)).contains("-Dtest.excluded= ", " verify");

        script(checkout.resolve("mvnw"), """
                mkdir -p %1$s/distribution/target/surefire-reports
                echo '<testsuite name="a" tests="2" errors="0" skipped="0" failures="1">' \\
                    >%1$s/distribution/target/surefire-reports/TEST-a.xml
                exit 1
                """.formatted(checkout));
        ProgramRun with = launcher(checkout, "test").run();

        assertThat(with.exitCode()).isEqualTo(1);
        assertThat(with.output()).contains("1 passed, 1 failed, 0 skipped");
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

    /** A checkout with the launcher, one source, and a Maven that assembles one jar. */
    private Path checkout() throws IOException {
        Path checkout = Files.createDirectory(folder.resolve("checkout"));
        Files.createDirectory(checkout.resolve("scripts"));
        for (String file : List.of("lifeboat", "scripts/find-jdk", "scripts/jdk-advice.txt", "scripts/count-tests")) {
            Files.copy(ROOT.resolve(file), checkout.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
        }
        Files.createDirectories(checkout.resolve("distribution/src/main"));
        Files.createFile(checkout.resolve("distribution/src/main/Source.java"));
        Files.createFile(checkout.resolve("distribution/pom.xml"));
        Files.createFile(checkout.resolve("pom.xml"));
        script(checkout.resolve("mvnw"), """
                for argument; do
                    case $argument in
                    -Dlifeboat.assembly=*) mkdir "${argument#*=}/lib"; touch "${argument#*=}/lib/distribution.jar" ;;
                    esac
                done
                """);
        return checkout;
    }

    /** Runs a command from the checkout, which builds it when it has to; the folder of the jars that it ran with. */
    private Path launcherBuild(Path checkout) throws IOException, InterruptedException {
        Path java = jvms.resolve("twenty-five/bin/java");
        String before = Files.exists(java) ? Files.readString(java).replaceFirst("#!/bin/sh\n", "") : "exit 0\n";
        jdkThatRuns("while [ \"$1\" != -cp ]; do shift; done; printf %s \"${2%/*}\"");
        String jars = launcher(checkout, "version").ask();
        script(java, before);
        return Path.of(jars);
    }

    private void jdkThatRuns(String body) throws IOException {
        script(jdk(jvms.resolve("twenty-five"), "25.0.3").resolve("bin/java"), body + "\n");
    }

    private Program launcher(Path checkout, String... arguments) throws IOException {
        // A Maven is there, so that root's runs have no reason to install one.
        Path mvn = script(folder.resolve("programs/mvn"), "exit 99\n");
        Program launcher = Program.of(checkout.resolve("lifeboat").toString()).with(arguments);
        return environment(launcher, "none").withVariable("PATH", mvn.getParent() + ":/usr/bin:/bin");
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
        assertThat(file.toFile().setExecutable(true, false)).isTrue();
        return file;
    }
}
