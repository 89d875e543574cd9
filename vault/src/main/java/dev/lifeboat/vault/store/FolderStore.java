package dev.lifeboat.vault.store;

import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.vault.store.StoreException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * A store in a folder of a local or network file system that has hard links.
 *
 * <pre>
 *   ROOT/.incoming/RANDOM    a file that is being written; the folder itself marks the store
 *   ROOT/packs/3f/3f9a       the object packs/3f/3f9a
 * </pre>
 *
 * <p>A put writes a file in {@code .incoming}, waits until it is on the disk, links it to its name (which the file
 * system refuses when the name is taken, so that of several processes one wins), waits for the folder and removes the
 * first name. A crash at any moment leaves the object whole or absent, and at worst a file in {@code .incoming}, which
 * a later writer removes when it is a day old.
 *
 * <p>{@link #open} never creates anything. A root without its {@code .incoming} is a mount point on which nothing is
 * mounted, as far as puts can tell: they are {@link Kind#UNAVAILABLE}. Folders have mode 0700 and files 0600.
 *
 * <p>Safe for use by several threads, and beside other processes on the same or other computers. A thread that is
 * interrupted gets {@link Kind#INTERRUPTED}; others do not notice.
 */
public final class FolderStore implements BlobStore {

    private static final StoreTraits TRAITS = new StoreTraits(true, false, true);

    /** The folder of a name may be removed by hand between two steps of a put; once is bad luck. */
    private static final int LINK_ATTEMPTS = 3;

    /** Large reads are copied through native memory; in steps, so that the copy stays small. */
    private static final int READ_STEP_BYTES = 4 << 20;

    private final String url;
    private final Path incomingFolder;
    private final FolderTree tree;
    private final FolderFailures failures;
    private final IncomingFiles incoming;
    private final AtomicBoolean tidied = new AtomicBoolean();

    private FolderStore(Path root, Timekeeper time, RandomGenerator random) {
        String uri = root.toUri().toString();
        url = uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
        incomingFolder = root.resolve(IncomingFiles.FOLDER);
        tree = new FolderTree(root);
        // A copy of a store may lack the empty folder. It can be read, but nobody can tell whether it is still mounted.
        Path mark = Files.isDirectory(incomingFolder) ? incomingFolder : root;
        failures = new FolderFailures(root, mark, url);
        incoming = new IncomingFiles(incomingFolder, time, random);
    }

    /**
     * Makes a folder a store. The folder may be there already, with a store in it or not; the folder above must be.
     *
     * @param random for the names of files that are being written; needs no strength
     */
    public static FolderStore create(Path folder, Timekeeper time, RandomGenerator random) {
        String url = folder.toUri().toString();
        try {
            Path absolute = folder.toAbsolutePath().normalize();
            make(absolute);
            make(absolute.resolve(IncomingFiles.FOLDER));
        } catch (NoSuchFileException e) {
            throw new StoreException(
                    Kind.UNAVAILABLE, url + ": the folder above does not exist: is it mounted? " + e.getMessage(), e);
        } catch (IOException e) {
            throw new FolderFailures(folder, folder, url).writing("create the folder", 0, e);
        }
        return open(folder, time, random);
    }

    private static void make(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        try {
            Files.createDirectory(folder, FolderTree.OWNER_ONLY);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
        }
        Path above = folder.getParent();
        if (above != null) {
            FolderTree.force(above);
        }
    }

    /**
     * Opens a store that exists. Nothing is created or removed.
     *
     * @param random for the names of files that are being written; needs no strength
     * @throws StoreException {@link Kind#UNAVAILABLE} when there is no such folder
     */
    public static FolderStore open(Path folder, Timekeeper time, RandomGenerator random) {
        try {
            Path root = folder.toRealPath();
            if (!Files.isDirectory(root)) {
                throw new StoreException(Kind.OTHER, folder.toUri() + ": it is no folder");
            }
            return new FolderStore(root, time, random);
        } catch (NoSuchFileException e) {
            throw new StoreException(Kind.UNAVAILABLE, folder.toUri() + ": there is no such folder: is it mounted?", e);
        } catch (IOException e) {
            throw new FolderFailures(folder, folder, folder.toUri().toString()).listing(e);
        }
    }

    @Override
    public PutResult putIfAbsent(ObjectName name, ByteBuffer... content) {
        int length = Content.length(name, content);
        if (exists(name)) {
            return existing(name);
        }
        tidyOnce();
        Path file = create(name, length);
        try {
            fill(file, name, length, content);
            return link(file, name);
        } finally {
            removeQuietly(file);
        }
    }

    private boolean exists(ObjectName name) {
        try {
            tree.attributes(name);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw failures.reading(name, e);
        }
    }

    private Path create(ObjectName name, int length) {
        try {
            return incoming.create();
        } catch (NoSuchFileException e) {
            throw failures.gone(e);
        } catch (IOException e) {
            throw failures.writing("put " + name, length, e);
        }
    }

    private void fill(Path file, ObjectName name, int length, ByteBuffer... content) {
        try {
            IncomingFiles.fill(file, content);
        } catch (NoSuchFileException e) {
            throw takenAway(name, e);
        } catch (IOException e) {
            throw failures.writing("put " + name, length, e);
        }
    }

    private PutResult link(Path file, ObjectName name) {
        Path target = tree.file(name);
        Path folder = tree.folder(name);
        for (int attempt = 1; ; attempt++) {
            try {
                tree.settle(folder);
                Files.createLink(target, file);
                break;
            } catch (FileAlreadyExistsException e) {
                if (!exists(name)) {
                    throw new StoreException(
                            Kind.OTHER, url + ": could not put " + name + ": a folder has the name, or had", e);
                }
                if (!isSame(file, target)) {
                    return existing(name);
                }
                // Over NFS the answer to a link can be lost and the repetition is refused: the name is ours.
                break;
            } catch (NoSuchFileException e) {
                if (!Files.exists(file) || attempt == LINK_ATTEMPTS) {
                    throw takenAway(name, e);
                }
                tree.forgetSettled();
            } catch (IOException e) {
                throw failures.writing("put " + name, 0, e);
            }
        }
        try {
            FolderTree.force(folder);
        } catch (IOException e) {
            throw unsettled(name, e);
        }
        return PutResult.CREATED;
    }

    /** The answer for an object that somebody else may have created this very moment: not before it is on the disk. */
    private PutResult existing(ObjectName name) {
        Path folder = tree.folder(name);
        try {
            tree.settle(folder);
            FolderTree.force(folder);
        } catch (IOException e) {
            throw unsettled(name, e);
        }
        return PutResult.EXISTS;
    }

    private StoreException takenAway(ObjectName name, NoSuchFileException e) {
        if (!failures.isThere()) {
            return failures.gone(e);
        }
        return new StoreException(
                Kind.UNAVAILABLE, url + ": somebody removed " + name + " while it was being written", e);
    }

    private StoreException unsettled(ObjectName name, IOException e) {
        return new StoreException(
                Kind.AMBIGUOUS,
                url + ": " + name + " has its name, but may not be on the disk: " + FolderFailures.reason(e),
                e);
    }

    private static boolean isSame(Path one, Path other) {
        try {
            return Files.isSameFile(one, other);
        } catch (IOException e) {
            return false;
        }
    }

    private static void removeQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // It is removed when it is old. What happened to the object has been found out already.
        }
    }

    /**
     * Only who writes can clean up, and writers that were killed are followed by new ones: once a process is enough.
     */
    private void tidyOnce() {
        if (!tidied.compareAndSet(false, true)) {
            return;
        }
        try {
            incoming.removeOld();
        } catch (IOException e) {
            // The put itself finds out whether the folder can be written to.
        }
    }

    @Override
    public byte[] get(ObjectName name) {
        try (FileChannel channel = openForReading(name)) {
            long size = channel.size();
            if (size > MAX_OBJECT_BYTES) {
                throw StoreException.tooLarge(this, name, size);
            }
            byte[] content = new byte[(int) size];
            read(channel, name, 0, ByteBuffer.wrap(content));
            return content;
        } catch (IOException e) {
            throw failures.reading(name, e);
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>The file is opened each time: that costs some ten microseconds, and an object that was deleted and brought
     * back from a copy is never answered from the damaged file.
     */
    @Override
    public void getRange(ObjectName name, long offset, ByteBuffer into) {
        Content.requireOffset(offset);
        int start = into.position();
        boolean full = false;
        try (FileChannel channel = openForReading(name)) {
            read(channel, name, offset, into);
            full = true;
        } catch (IOException e) {
            throw failures.reading(name, e);
        } finally {
            if (!full) {
                into.position(start);
            }
        }
    }

    private FileChannel openForReading(ObjectName name) throws IOException {
        tree.attributes(name);
        return FileChannel.open(tree.file(name), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    }

    private void read(FileChannel channel, ObjectName name, long offset, ByteBuffer into) throws IOException {
        int length = into.remaining();
        long size = channel.size();
        if (offset > size || length > size - offset) {
            throw StoreException.pastEnd(this, name, size, offset, length);
        }
        int limit = into.limit();
        long position = offset;
        try {
            while (into.position() < limit) {
                into.limit(Math.min(limit, into.position() + READ_STEP_BYTES));
                int count = channel.read(into, position);
                if (count < 0) {
                    throw new StoreException(
                            Kind.UNAVAILABLE, url + ": " + name + " became shorter while it was being read");
                }
                position += count;
            }
        } finally {
            into.limit(limit);
        }
    }

    @Override
    public Optional<ObjectStat> head(ObjectName name) {
        try {
            return Optional.of(new ObjectStat(name, tree.attributes(name).size()));
        } catch (NoSuchFileException e) {
            requireThere(e);
            return Optional.empty();
        } catch (IOException e) {
            throw failures.reading(name, e);
        }
    }

    @Override
    public void list(String prefix, Consumer<ObjectStat> receiver) {
        ObjectName.requirePrefix(prefix);
        try {
            tree.list(prefix, receiver);
        } catch (IOException e) {
            throw failures.listing(e);
        }
        // A file system that was taken away meanwhile looks empty, and a collector must not believe it.
        if (!failures.isThere()) {
            throw failures.gone(null);
        }
    }

    @Override
    public boolean delete(ObjectName name) {
        try {
            tree.attributes(name);
            return Files.deleteIfExists(tree.file(name));
        } catch (NoSuchFileException e) {
            requireThere(e);
            return false;
        } catch (IOException e) {
            throw failures.writing("delete " + name, 0, e);
        }
    }

    private void requireThere(NoSuchFileException e) {
        if (!failures.isThere()) {
            throw failures.gone(e);
        }
    }

    @Override
    public StoreTraits traits() {
        return TRAITS;
    }

    @Override
    public String describe() {
        return url;
    }
}
