package dev.lifeboat.cli;

import dev.lifeboat.host.HostRequirements;
import dev.lifeboat.host.PackageInstaller;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lifeboat doctor}. */
@Command(
        name = "doctor",
        description = {
            "Shows what this host lacks, and how to get it.",
            "Boots a tiny guest for a few seconds to learn whether KVM works. Changes nothing without --fix."
        })
public final class DoctorCommand implements Callable<Integer> {

    private final HostRequirements requirements;
    private final PackageInstaller installer;

    @Option(
            names = "--fix",
            description = {
                "Install the missing packages (Debian, Ubuntu; as root). No service is started or enabled.",
                "Finishes an installation that was killed."
            })
    private boolean fix;

    @Mixin
    private final Listing listing = new Listing();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    public DoctorCommand(HostRequirements requirements, PackageInstaller installer) {
        this.requirements = requirements;
        this.installer = installer;
    }

    @Override
    public Integer call() throws InterruptedException {
        DoctorReport report = DoctorReport.of(requirements.look());
        if (fix) {
            report = fixed(report);
        }
        String table =
                report.complete() ? "%s\n%s\n".formatted(report.text(), report.sentence()) : report.text() + "\n";
        listing.print(spec.commandLine().getOut(), table, report);
        if (!report.complete()) {
            throw new LifeboatException(ErrorCode.HOST_INCOMPLETE, report.sentence());
        }
        return 0;
    }

    /** Progress goes where errors go: what is printed on standard output stays one document. */
    private DoctorReport fixed(DoctorReport before) throws InterruptedException {
        PrintWriter progress = spec.commandLine().getErr();
        List<String> packages = before.packages();
        if (packages.isEmpty() && !installer.wasKilled()) {
            progress.println("No package is missing; nothing was installed.");
            progress.flush();
            return before;
        }
        installer.install(packages, line -> {
            progress.println(line);
            progress.flush();
        });
        return DoctorReport.of(requirements.look());
    }
}
