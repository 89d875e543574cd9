package dev.lifeboat.vault.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The folders of a folder store, one for every segment of a name but the last. Symbolic links below the root are never
 * followed. Folders are made when the first object needs them and are never removed: a put could be about to use one.
 *
 * <p>Safe for use by several threads, and beside other processes.
 */
final class FolderTree {

    static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    /** A vault has 256 folders of packs and a few for each group; beyond that, folders are looked at again. */
    private static final int MAX_SETTLED = 8_192;

    private final Path root;

    /** Folders that this process has seen, and seen to be on the disk. */
    private final Set<Path> settled = ConcurrentHashMap.newKeySet();

    FolderTree(Path root) {
        this.root = root;
    }

    Path file(ObjectName name) {
        return root.resolve(name.text());
    }

    Path folder(ObjectName name) {
        return above(file(name));
    }

    /** The folder above one that lies below the root. */
    private static Path above(Path folder) {
        return Objects.requireNonNull(folder.getParent());
    }

    /**
     * The attributes of an object's file.
     *
     * @throws NoSuchFileException when there is no object
     * @throws FileSystemException when what is there, or on the way there, is a symbolic link or anything else
     */
    BasicFileAttributes attributes(ObjectName name) throws IOException {
        Path file = file(name);
        requirePlain(folder(name));
        BasicFileAttributes attributes =
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (attributes.isDirectory()) {
            throw new NoSuchFileException(file.toString(), null, "it is a folder");
        }
        if (!attributes.isRegularFile()) {
            throw new FileSystemException(file.toString(), null, "it is no plain file, and links are not followed");
        }
        return attributes;
    }

    private void requirePlain(Path folder) throws IOException {
        if (folder.equals(root)) {
            return;
        }
        requirePlain(above(folder));
        BasicFileAttributes attributes =
                Files.readAttributes(folder, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (attributes.isSymbolicLink()) {
            throw new FileSystemException(folder.toString(), null, folder + " is a symbolic link: it is not followed");
        }
        if (!attributes.isDirectory()) {
            throw new NoSuchFileException(folder.toString());
        }
    }

    /**
     * Makes the folder and those above it, but never the root, and waits until they are on the disk. A folder that
     * another process has just made may not be there yet, so each is waited for once, whoever made it.
     */
    void settle(Path folder) throws IOException {
        if (folder.equals(root) || settled.contains(folder)) {
            return;
        }
        settle(above(folder));
        try {
            Files.createDirectory(folder, OWNER_ONLY);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                throw new FileSystemException(folder.toString(), null, folder + " is no folder: it is not followed");
            }
        }
        force(above(folder));
        if (settled.size() >= MAX_SETTLED) {
            settled.clear();
        }
        settled.add(folder);
    }

    /** Somebody removed a folder: all are looked at again. */
    void forgetSettled() {
        settled.clear();
    }

    /** Waits until the names in a folder are on the disk. */
    static void force(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Shows objects in the order of their names. What bears no name of an object is not ours and is passed over. */
    void list(String prefix, Consumer<ObjectStat> receiver) throws IOException {
        int slash = prefix.lastIndexOf('/');
        String above = prefix.substring(0, slash + 1);
        Path folder = slash < 0 ? root : root.resolve(prefix.substring(0, slash));
        try {
            requirePlain(folder);
        } catch (NoSuchFileException e) {
            return;
        }
        walk(folder, above, prefix, receiver);
    }

    /**
     * The order of the names is not that of the files in a folder: {@code a-b}, {@code a/x}, {@code a0}. A folder
     * counts with its slash. Only the names of the folders on the way are held in memory.
     *
     * @param above the folder's name with its slash; empty for the root
     */
    private static void walk(Path folder, String above, String prefix, Consumer<ObjectStat> receiver)
            throws IOException {
        for (Map.Entry<String, Long> entry : entries(folder, above, prefix).entrySet()) {
            String name = entry.getKey();
            if (name.endsWith("/")) {
                walk(folder.resolve(name.substring(above.length(), name.length() - 1)), name, prefix, receiver);
            } else {
                receiver.accept(new ObjectStat(new ObjectName(name), entry.getValue()));
            }
        }
    }

    private static SortedMap<String, Long> entries(Path folder, String above, String prefix) throws IOException {
        SortedMap<String, Long> entries = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String segment = file.getFileName().toString();
                String name = above + segment;
                if (!ObjectName.isSegment(segment) || !name.startsWith(prefix)) {
                    continue;
                }
                BasicFileAttributes attributes;
                try {
                    attributes = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                } catch (NoSuchFileException e) {
                    continue;
                }
                if (attributes.isDirectory() && (name + '/').length() <= ObjectName.MAX_LENGTH) {
                    entries.put(name + '/', 0L);
                } else if (attributes.isRegularFile() && ObjectName.isValid(name)) {
                    entries.put(name, attributes.size());
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            // Somebody removed it by hand since it was seen: nothing is in it.
            return entries;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return entries;
    }
}
