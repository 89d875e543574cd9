package dev.lifeboat.hypervisor;

import java.nio.file.Path;

/**
 * A file of the host that a disk is kept in.
 *
 * @param file absolute, in the host's words
 * @param format of it, {@code raw} or {@code qcow2}
 */
public record DiskFile(Path file, String format) {

    public DiskFile {
        if (!file.isAbsolute()) {
            throw new IllegalArgumentException("%s is not absolute".formatted(file));
        }
    }
}
