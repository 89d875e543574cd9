package dev.lifeboat.offline;

import dev.lifeboat.vault.key.Credentials;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that names a writer's credentials. Mixed into commands. */
final class CredentialsOption {

    @Option(
            names = "--credentials",
            paramLabel = "FILE",
            description = "Credentials made by `lifeboat vault credentials`.")
    private @Nullable Path file;

    /** Whether it was given. */
    boolean given() {
        return file != null;
    }

    /** The credentials in the file. */
    Credentials read() {
        Path named = file;
        if (named == null) {
            throw new IllegalStateException("no credentials were named");
        }
        return Credentials.parse(TextFile.bytes(named, Credentials.MAX_BYTES), named.toString());
    }
}
