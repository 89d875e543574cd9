package dev.lifeboat.bench.tool;

import dev.lifeboat.cli.LifeboatVersion;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * This product, as a process of its own that is started for each piece of work, Java's start included. The folder holds
 * an {@link OwnVault}, and the id of the last point.
 */
final class Lifeboat implements Contender {

    /** Its name in tables and documents. */
    static final String NAME = "lifeboat";

    private static final String DISK = "vda";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final OurProcess ourselves;
    private final OwnVault vault;

    Lifeboat(OurProcess ourselves) {
        this.ourselves = ourselves;
        this.vault = new OwnVault(ourselves);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String version() {
        return LifeboatVersion.current();
    }

    @Override
    public List<String> flags() {
        return List.of(
                "java " + ourselves.options(),
                "lifeboat vault import --vault URL --credentials FILE --machine bench --disk vda=IMAGE --output json",
                "lifeboat vault export --vault URL --passphrase-file FILE POINT --disk vda FILE");
    }

    @Override
    public void prepare(Path work) throws InterruptedException {
        vault.make(work);
    }

    @Override
    public ProcessCost seed(Path work, Path image, ProcessMeter meter) throws InterruptedException {
        MeteredRun run = meter.run(ourselves
                .command("vault", "import", "--vault", OwnVault.url(work), "--credentials")
                .with(OwnVault.credentials(work).toString(), "--machine", "bench", "--disk", DISK + "=" + image)
                .with("--output", "json"));
        OwnVault.write(point(work), pointOf(run.output()));
        return run.cost();
    }

    @Override
    public ProcessCost restore(Path work, Path image, Path into, ProcessMeter meter) throws InterruptedException {
        return meter.run(ourselves
                        .command("vault", "export", "--vault", OwnVault.url(work), "--passphrase-file")
                        .with(OwnVault.passphrase(work).toString(), read(point(work)), "--disk", DISK, into.toString()))
                .cost();
    }

    @Override
    public StoredSize stored(Path work) {
        return OwnVault.stored(work);
    }

    /** The id of the point in what an import printed. */
    static String pointOf(String document) {
        try {
            String point = JSON.readTree(document).path("point").asString("");
            if (!point.isEmpty()) {
                return point;
            }
        } catch (JacksonException e) {
            throw new LifeboatException(
                    ErrorCode.HOST_PROGRAM_FAILED, "The import printed no document: " + document.strip(), e);
        }
        throw new LifeboatException(ErrorCode.HOST_PROGRAM_FAILED, "The import named no point: " + document.strip());
    }

    private static Path point(Path work) {
        return work.resolve("point");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.CLI_FILE_UNREADABLE, "%s could not be read: %s".formatted(file, e), e);
        }
    }
}
