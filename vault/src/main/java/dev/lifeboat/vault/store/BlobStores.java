package dev.lifeboat.vault.store;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.vault.store.StoreException.Kind;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Finds the store that an address names. All failures are ready to be shown to a person. */
public final class BlobStores {

    private static final String FOLDER = "file:///";

    private BlobStores() {}

    /**
     * Opens a store that exists.
     *
     * @param url {@code file:///path}; what has a meaning in URLs is escaped, a space for instance as {@code %20}
     * @param random for names and pauses; needs no strength
     * @throws LifeboatException {@link ErrorCode#VAULT_URL_INVALID}, or {@link ErrorCode#VAULT_NOT_FOUND} when there is
     *     no such folder
     */
    public static BlobStore open(String url, Timekeeper time, RandomGenerator random) {
        Path folder = folder(url);
        try {
            return FolderStore.open(folder, time, random);
        } catch (StoreException e) {
            if (e.kind() == Kind.UNAVAILABLE) {
                throw new LifeboatException(ErrorCode.VAULT_NOT_FOUND, String.valueOf(e.getMessage()), e);
            }
            throw e.toLifeboat();
        }
    }

    /**
     * Makes a store, or opens the one that is there: which of it is seen by what is in it.
     *
     * @param url as for {@link #open}
     * @param random for names and pauses; needs no strength
     */
    public static BlobStore create(String url, Timekeeper time, RandomGenerator random) {
        Path folder = folder(url);
        try {
            return FolderStore.create(folder, time, random);
        } catch (StoreException e) {
            throw e.toLifeboat();
        }
    }

    /**
     * The folder that an address names, whether it exists or not.
     *
     * @throws LifeboatException {@link ErrorCode#VAULT_URL_INVALID}
     */
    public static Path folder(String url) {
        if (!url.startsWith(FOLDER)) {
            throw invalid(url, "this version knows folders only, as in file:///srv/vault", null);
        }
        try {
            URI uri = new URI(url);
            if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
                throw invalid(url, "a folder has no ? and no #; write them as %3F and %23", null);
            }
            return Path.of(uri);
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw invalid(url, "it is no URL: " + e.getMessage(), e);
        }
    }

    private static LifeboatException invalid(String url, String why, @Nullable Exception cause) {
        return new LifeboatException(ErrorCode.VAULT_URL_INVALID, '"' + url + "\": " + why, cause);
    }
}
