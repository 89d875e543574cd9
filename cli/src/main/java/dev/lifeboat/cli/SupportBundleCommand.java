package dev.lifeboat.cli;

import dev.lifeboat.host.HostFolders;
import dev.lifeboat.host.HostRequirements;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lifeboat support-bundle}. */
@Command(
        name = "support-bundle",
        description = {
            "Packs logs, versions and configuration into one file, with secrets removed.",
            "The MANIFEST in it says for each file what was done to it. Look through it before you send it."
        })
public final class SupportBundleCommand implements Callable<Integer> {

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final HostRequirements requirements;
    private final HostFolders folders;
    private final Path workingFolder;
    private final Timekeeper time;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "Where to write it (default: lifeboat-support-TIMESTAMP.tar.gz in the current folder).")
    private @Nullable Path file;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    /** @param workingFolder against which a relative FILE is resolved */
    public SupportBundleCommand(
            HostRequirements requirements, HostFolders folders, Path workingFolder, Timekeeper time) {
        this.requirements = requirements;
        this.folders = folders;
        this.workingFolder = workingFolder;
        this.time = time;
    }

    @Override
    public Integer call() throws InterruptedException {
        Path wanted =
                file == null ? Path.of("lifeboat-support-%s.tar.gz".formatted(STAMP.format(time.instant()))) : file;
        Path target = workingFolder.resolve(wanted);
        try (SupportBundle bundle = new SupportBundle(target, time)) {
            bundle.addText("versions.txt", Versions.ofThisHost().text());
            bundle.addText("doctor.txt", doctor());
            bundle.addConfiguration(folders.configuration());
            bundle.addConfiguration(folders.userConfiguration());
            bundle.addLogs(folders.logs(), path -> true);
            bundle.addLogs(folders.labs(), SupportBundle::isLog);
            bundle.complete();
            PrintWriter output = spec.commandLine().getOut();
            output.println("Wrote %s (%s).".formatted(target, new ByteCount(Files.size(target))));
            output.println("Secrets were removed as far as they can be known; look through it before you send it.");
            output.flush();
            return 0;
        } catch (FileAlreadyExistsException e) {
            throw new LifeboatException(ErrorCode.CLI_FILE_UNWRITABLE, "%s exists already.".formatted(target), e);
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.CLI_FILE_UNWRITABLE, "%s cannot be written: %s.".formatted(target, e), e);
        }
    }

    /** A host on which the doctor fails is just the one that somebody needs help with. */
    private String doctor() throws InterruptedException {
        try {
            DoctorReport report = DoctorReport.of(requirements.look());
            return "%s\n%s\n".formatted(report.text(), report.sentence());
        } catch (RuntimeException e) {
            return "The checks could not be made: %s\n".formatted(e);
        }
    }
}
