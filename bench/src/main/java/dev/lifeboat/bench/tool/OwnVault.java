package dev.lifeboat.bench.tool;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A vault of ours below the folder of a bench, with a passphrase and the credentials of a writer beside it. */
public final class OwnVault {

    private final OurProcess ourselves;

    public OwnVault(OurProcess ourselves) {
        this.ourselves = ourselves;
    }

    /**
     * Makes it, with our own commands.
     *
     * @param work an empty folder
     * @throws LifeboatException with {@link ErrorCode#HOST_PROGRAM_FAILED}
     * @throws InterruptedException when the thread is asked to stop
     */
    public void make(Path work) throws InterruptedException {
        write(passphrase(work), "bench passphrase, worth nothing\n");
        ourselves
                .command("vault", "init", url(work), "--passphrase-file")
                .with(passphrase(work).toString(), "--kit")
                .with(work.resolve("kit").toString(), "--yes")
                .run()
                .orThrow();
        ourselves
                .command("vault", "credentials", "--vault", url(work), "--passphrase-file")
                .with(passphrase(work).toString(), "--out", credentials(work).toString())
                .run()
                .orThrow();
    }

    /** Its address, without a slash at its end, whether the folder is there already or not. */
    public static String url(Path work) {
        return work.toUri().toString().replaceAll("/+$", "") + "/vault";
    }

    /** The credentials of a writer. */
    public static Path credentials(Path work) {
        return work.resolve("credentials");
    }

    static Path passphrase(Path work) {
        return work.resolve("passphrase");
    }

    /** What it holds now. */
    public static StoredSize stored(Path work) {
        return StoredSize.of(work.resolve("vault"));
    }

    static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.CLI_FILE_UNWRITABLE, "%s could not be written: %s".formatted(file, e), e);
        }
    }
}
