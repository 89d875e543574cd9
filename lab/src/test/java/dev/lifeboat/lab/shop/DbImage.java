package dev.lifeboat.lab.shop;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where tests find the root folder of db's system, if this computer has one. */
final class DbImage {

    /** The folder, given on the command line of the build. */
    static final String PROPERTY = "lifeboat.lab.db-image";

    private DbImage() {}

    static Optional<Path> find() {
        return Optional.ofNullable(System.getProperty(PROPERTY)).map(Path::of).filter(Files::isDirectory);
    }
}
