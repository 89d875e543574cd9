package dev.lifeboat.vault.store;

import dev.lifeboat.vault.store.StoreException.Kind;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Makes of a failure of the file system what it means for a store. */
final class FolderFailures {

    /**
     * The file system's own words, since Java has no numbers for them. In a locale other than English they are not
     * found; a full or read-only file system is then found out by looking at it.
     */
    private static final List<String> FULL = List.of("no space left on device", "disk quota exceeded");

    private static final List<String> READ_ONLY = List.of("read-only file system", "operation not permitted");

    /** Network file systems and failing disks: asking again may help, and is never taken for damage. */
    private static final List<String> MAY_PASS = List.of(
            "input/output error",
            "stale file handle",
            "transport endpoint is not connected",
            "connection timed out",
            "host is down",
            "too many open files");

    private final Path root;
    private final Path mark;
    private final String store;

    FolderFailures(Path root, Path mark, String store) {
        this.root = root;
        this.mark = mark;
        this.store = store;
    }

    /** Whether the folder is there: its mount point alone, empty, is not. */
    boolean isThere() {
        return Files.isDirectory(mark);
    }

    StoreException gone(@Nullable Throwable cause) {
        return new StoreException(
                Kind.UNAVAILABLE,
                store + ": the folder is gone, or has no " + IncomingFiles.FOLDER + " in it: is it mounted?",
                cause);
    }

    StoreException reading(ObjectName name, IOException e) {
        if (e instanceof NoSuchFileException && isThere()) {
            return new ObjectMissing(store, name, e);
        }
        if (e instanceof AccessDeniedException) {
            return new StoreException(Kind.DENIED, sentence("read " + name, e), e);
        }
        return general("read " + name, e);
    }

    StoreException listing(IOException e) {
        if (e instanceof AccessDeniedException) {
            return new StoreException(Kind.DENIED, sentence("list", e), e);
        }
        return general("list", e);
    }

    /** @param needed how many bytes were to be written */
    StoreException writing(String action, long needed, IOException e) {
        // The file system is looked at only when it is ours: the one below an empty mount point may be full as well.
        boolean look = isThere() && !(e instanceof ClosedByInterruptException);
        if (e instanceof AccessDeniedException || says(e, READ_ONLY) || (look && isReadOnly())) {
            return new StoreException(Kind.READ_ONLY, sentence(action, e), e);
        }
        if (says(e, FULL) || (look && isFull(needed))) {
            return new StoreException(Kind.FULL, sentence(action, e), e);
        }
        return general(action, e);
    }

    private StoreException general(String action, IOException e) {
        if (e instanceof ClosedByInterruptException) {
            return new StoreException(Kind.INTERRUPTED, sentence(action, e), e);
        }
        if (!isThere()) {
            return gone(e);
        }
        Kind kind = says(e, MAY_PASS) ? Kind.UNAVAILABLE : Kind.OTHER;
        return new StoreException(kind, sentence(action, e), e);
    }

    private String sentence(String action, IOException e) {
        return store + ": could not " + action + ": " + reason(e);
    }

    static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied for " + e.getMessage();
        }
        if (e instanceof NoSuchFileException) {
            return "there is no " + e.getMessage();
        }
        if (e instanceof FileSystemException f && f.getReason() != null) {
            return f.getReason();
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static boolean says(IOException e, List<String> words) {
        String reason = reason(e).toLowerCase(Locale.ROOT);
        return words.stream().anyMatch(reason::contains);
    }

    private boolean isReadOnly() {
        try {
            return Files.getFileStore(root).isReadOnly();
        } catch (IOException e) {
            return false;
        }
    }

    private boolean isFull(long needed) {
        try {
            return Files.getFileStore(root).getUsableSpace() < needed;
        } catch (IOException e) {
            return false;
        }
    }
}
