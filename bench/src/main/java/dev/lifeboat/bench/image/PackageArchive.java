package dev.lifeboat.bench.image;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.nio.file.Path;

/** Where packages come from. */
interface PackageArchive {

    /**
     * Fetches the newest version of a package; installs nothing.
     *
     * @param folder an empty folder, which gets the package's file
     * @throws LifeboatException with {@link ErrorCode#HOST_PROGRAM_FAILED} when the archive has no such package or
     *     cannot be reached
     * @throws InterruptedException when the thread is asked to stop
     */
    DebianPackage fetch(String name, Path folder) throws InterruptedException;
}
