package dev.lifeboat.offline;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.store.BlobStores;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/**
 * A folder that is to become a vault. It is looked at before anything is made in it, all of it: also files that no
 * store would list show that it is somebody's.
 *
 * @param folder it need not exist
 * @param url as it was typed
 */
record NewVaultPlace(Path folder, String url) {

    /** Its sealed keys are all that an init that was stopped leaves. */
    private static final String KEYS = "keys";

    /** What a store makes in its folder, and what a file system has in its own topmost folder. */
    private static final Set<String> NOBODYS = Set.of(".incoming", "lost+found");

    static NewVaultPlace of(String url) {
        return new NewVaultPlace(BlobStores.folder(url), url);
    }

    /**
     * Refuses a place that is in use.
     *
     * @param goesOn whether there is a kit of an init that was stopped here, whose sealed key may be there
     * @throws LifeboatException with {@link ErrorCode#VAULT_EXISTS}
     */
    void requireUnused(boolean goesOn) {
        if (!Files.exists(folder)) {
            return;
        }
        Set<String> found = new TreeSet<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            entries.forEach(entry -> found.add(String.valueOf(entry.getFileName())));
        } catch (IOException e) {
            throw new LifeboatException(ErrorCode.VAULT_EXISTS, "%s cannot be looked into: %s".formatted(url, e), e);
        }
        found.removeAll(NOBODYS);
        if (found.contains("vault.json")) {
            throw new LifeboatException(ErrorCode.VAULT_EXISTS, "%s is a vault already.".formatted(url));
        }
        if (found.equals(Set.of(KEYS))) {
            if (goesOn) {
                return;
            }
            throw new LifeboatException(
                    ErrorCode.VAULT_EXISTS,
                    ("%s holds the key of an init that was stopped. Name the kit that it wrote to go on with it, or"
                                    + " remove the folder to begin anew.")
                            .formatted(url));
        }
        if (!found.isEmpty()) {
            throw new LifeboatException(
                    ErrorCode.VAULT_EXISTS,
                    "%s holds files that are none of a vault's, such as %s."
                            .formatted(url, found.iterator().next()));
        }
    }
}
