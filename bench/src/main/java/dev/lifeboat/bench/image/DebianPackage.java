package dev.lifeboat.bench.image;

import java.nio.file.Path;

/**
 * A package that was fetched.
 *
 * @param name its name in the archive
 * @param version its version, as its file tells it
 * @param file the {@code .deb}, which is compressed
 */
record DebianPackage(String name, String version, Path file) {}
