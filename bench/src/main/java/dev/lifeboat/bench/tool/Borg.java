package dev.lifeboat.bench.tool;

import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramVersion;
import java.nio.file.Path;
import java.util.List;

/**
 * Borg with encryption by the faster of its ciphers and with Zstandard's first level; its default, LZ4, stores more.
 * Its settings and cache stand in the working folder.
 */
final class Borg implements Contender {

    @Override
    public String name() {
        return "borg";
    }

    @Override
    public String version() throws InterruptedException {
        return ProgramVersion.ask(List.of("borg", "--version")).orElse("unknown");
    }

    @Override
    public List<String> flags() {
        return List.of(
                "borg init --encryption repokey-blake2 REPOSITORY",
                "borg create --compression zstd,1 REPOSITORY::ARCHIVE IMAGE",
                "borg extract --stdout REPOSITORY::ARCHIVE IMAGE >FILE");
    }

    @Override
    public void prepare(Path work) throws InterruptedException {
        borg(work, "init", "--encryption", "repokey-blake2", repository(work).toString())
                .run()
                .orThrow();
    }

    @Override
    public ProcessCost seed(Path work, Path image, ProcessMeter meter) throws InterruptedException {
        // Borg fills in the time: each archive has a name of its own.
        String archive = repository(work) + "::image-{utcnow:%Y%m%dT%H%M%S.%f}";
        return meter.run(borg(work, "create", "--compression", "zstd,1", archive, image.toString()))
                .cost();
    }

    @Override
    public ProcessCost restore(Path work, Path image, Path into, ProcessMeter meter) throws InterruptedException {
        String latest = borg(
                        work, "list", "--short", "--last", "1", repository(work).toString())
                .ask();
        // Borg keeps names without the slash before them.
        String name = image.toString().substring(1);
        return meter.runInto(into, borg(work, "extract", "--stdout", repository(work) + "::" + latest, name))
                .cost();
    }

    @Override
    public StoredSize stored(Path work) {
        return StoredSize.of(repository(work));
    }

    private static Path repository(Path work) {
        return work.resolve("repository");
    }

    private static Program borg(Path work, String... arguments) {
        return Program.of("borg")
                .with(arguments)
                .withVariable("BORG_BASE_DIR", work.resolve("base").toString())
                .withVariable("BORG_PASSPHRASE", "bench");
    }
}
