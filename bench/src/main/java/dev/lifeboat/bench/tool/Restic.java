package dev.lifeboat.bench.tool;

import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramVersion;
import java.nio.file.Path;
import java.util.List;

/**
 * restic with its defaults: encryption, compression {@code auto}, two connections to a local repository. Only its cache
 * stands in the working folder and not at home, so that nothing is left behind.
 */
final class Restic implements Contender {

    private static final String BACKUP = "backup";
    private static final String DUMP = "dump";

    @Override
    public String name() {
        return "restic";
    }

    @Override
    public String version() throws InterruptedException {
        return ProgramVersion.ask(List.of("restic", "version")).orElse("unknown");
    }

    @Override
    public List<String> flags() {
        return List.of(
                "restic --repo REPOSITORY --cache-dir FOLDER backup IMAGE",
                "restic --repo REPOSITORY --cache-dir FOLDER dump latest IMAGE >FILE");
    }

    @Override
    public void prepare(Path work) throws InterruptedException {
        restic(work).with("init").run().orThrow();
    }

    @Override
    public ProcessCost seed(Path work, Path image, ProcessMeter meter) throws InterruptedException {
        return meter.run(restic(work).with(BACKUP, image.toString())).cost();
    }

    @Override
    public ProcessCost restore(Path work, Path image, Path into, ProcessMeter meter) throws InterruptedException {
        return meter.runInto(into, restic(work).with(DUMP, "latest", image.toString()))
                .cost();
    }

    @Override
    public StoredSize stored(Path work) {
        return StoredSize.of(repository(work));
    }

    private static Path repository(Path work) {
        return work.resolve("repository");
    }

    private static Program restic(Path work) {
        return Program.of(
                        "restic",
                        "--repo",
                        repository(work).toString(),
                        "--cache-dir",
                        work.resolve("cache").toString())
                .withVariable("RESTIC_PASSWORD", "bench");
    }
}
