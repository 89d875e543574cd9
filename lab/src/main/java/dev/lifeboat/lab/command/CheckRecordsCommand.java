package dev.lifeboat.lab.command;

import dev.lifeboat.cli.Listing;
import dev.lifeboat.host.PrivateFolder;
import dev.lifeboat.lab.scribe.ScribeAudit;
import dev.lifeboat.lab.scribe.ScribeReport;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lifeboat lab check-records}. */
@Command(
        name = "check-records",
        description = "Read scribe's data disk and say which of its records are there, lost, torn or out of order.")
final class CheckRecordsCommand implements Callable<Integer> {

    private final LabContext context;

    @Mixin
    private Listing listing = new Listing();

    @Option(names = "--disk", required = true, paramLabel = "FILE", description = "The data disk, raw or qcow2.")
    private Path disk = Path.of("");

    @Option(
            names = "--announced",
            paramLabel = "NUMBER",
            defaultValue = "0",
            description = "The highest record that scribe had announced; it must be there (default: none).")
    private long announced;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    CheckRecordsCommand(LabContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (announced < 0) {
            throw new ParameterException(spec.commandLine(), "%d is not the number of a record".formatted(announced));
        }
        ScribeReport report = judge();
        listing.print(spec.commandLine().getOut(), report.text(), report);
        if (!report.clean()) {
            throw new LifeboatException(
                    ErrorCode.LAB_RECORDS_WRONG, "The disk does not hold what scribe had announced.");
        }
        return 0;
    }

    private ScribeReport judge() throws InterruptedException {
        try (PrivateFolder copies = context.temporaryFolder()) {
            return ScribeAudit.judge(disk, announced, copies.path());
        }
    }
}
