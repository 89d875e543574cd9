package dev.lifeboat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.CheckState;
import dev.lifeboat.host.HostCheck;
import dev.lifeboat.host.HostFinding;
import dev.lifeboat.host.HostRequirements;
import dev.lifeboat.host.Need;
import dev.lifeboat.host.PackageInstaller;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class DoctorCommandTest {

    private static final HostFinding HERE = new HostFinding("QEMU", CheckState.OK, "7.2.22", "", List.of());
    private static final HostFinding NOTED =
            new HostFinding("acceleration", CheckState.NOTE, "no /dev/kvm", "None needed.", List.of());
    private static final HostFinding AWAY =
            new HostFinding("JDK", CheckState.MISSING, "21", "Take one:\n  - here\n  - there\n", List.of());

    private final StringWriter output = new StringWriter();
    private final StringWriter errors = new StringWriter();

    @Test
    void aCompleteHostIsSaidToBeComplete() {
        assertThat(run(List.of(HERE, NOTED))).isZero();

        assertThat(output).hasToString("""
                        CHECK         STATE  FOUND        REMEDY
                        QEMU          ok     7.2.22
                        acceleration  note   no /dev/kvm  None needed.

                        This host has everything that Lifeboat needs.
                        """);
        assertThat(errors.toString()).isEmpty();
    }

    @Test
    void whatOnlyTestsOrBenchesWouldNeedIsShownAndLeavesTheHostComplete() {
        HostFinding peer =
                new HostFinding("restic", CheckState.NOTE, "without restic", "Install restic.", List.of("restic"));

        assertThat(run(List.of(HERE, peer))).isZero();

        assertThat(output.toString())
                .contains("restic  note   without restic  Install restic.", "everything that Lifeboat needs");
    }

    @Test
    void whatIsMissingIsNamedWithItsRemedy() {
        assertThat(run(List.of(HERE, AWAY))).isEqualTo(1);

        assertThat(output.toString())
                .contains("JDK    missing  21      see below", "JDK:\nTake one:\n  - here\n  - there\n");
        assertThat(errors.toString()).contains("LB-HOST-018: This host lacks something that Lifeboat needs: JDK.");
    }

    @Test
    void aProgramReadsTheSame() {
        assertThat(run(List.of(HERE, AWAY), "--output", "json")).isEqualTo(1);

        assertThat(output.toString())
                .contains(
                        "\"complete\" : false",
                        "\"check\" : \"QEMU\"",
                        "\"state\" : \"missing\"",
                        "\"packages\" : [ ]");
    }

    @Test
    void fixWithNothingToInstallSaysSoAndLeavesTheOutputADocument() {
        assertThat(run(List.of(HERE), "--fix", "--output", "json")).isZero();

        assertThat(errors.toString()).contains("No package is missing");
        assertThat(output.toString()).startsWith("{");
    }

    private int run(List<HostFinding> findings, String... arguments) {
        HostRequirements requirements = new HostRequirements(
                findings.stream().map(DoctorCommandTest::check).toList());
        DoctorCommand command = new DoctorCommand(requirements, PackageInstaller.ofThisHost());
        return CommandRunner.run(new CommandLine(command), new PrintWriter(output), new PrintWriter(errors), arguments);
    }

    private static HostCheck check(HostFinding finding) {
        return new HostCheck() {
            @Override
            public String name() {
                return finding.check();
            }

            @Override
            public Set<Need> needs() {
                return Set.of(Need.LAB);
            }

            @Override
            public HostFinding look() {
                return finding;
            }
        };
    }
}
