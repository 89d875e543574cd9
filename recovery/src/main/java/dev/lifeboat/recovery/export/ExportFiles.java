package dev.lifeboat.recovery.export;

import java.nio.file.Path;

/**
 * Where an export can be met, all beside its socket, in a folder that only root may write and that the relay's account
 * may enter.
 *
 * @param socket on which it serves NBD; absolute
 */
public record ExportFiles(Path socket) {

    private static final String SOCKET = "export.sock";

    public ExportFiles {
        if (!socket.isAbsolute()) {
            throw new IllegalArgumentException("%s is not absolute".formatted(socket));
        }
    }

    /** Those of a machine's folder. */
    public static ExportFiles in(Path folder) {
        return new ExportFiles(folder.resolve(SOCKET));
    }

    /** On which it is asked how it stands; for root alone. */
    Path control() {
        return beside(".control");
    }

    /** Locked for as long as an export lives: there is one. */
    Path lock() {
        return beside(".lock");
    }

    /** What it wrote last on its error stream. */
    Path log() {
        return beside(".log");
    }

    /** The argument by which the process is told from all others. */
    String argument() {
        return "--socket=" + socket;
    }

    private Path beside(String ending) {
        return socket.resolveSibling(socket.getFileName() + ending);
    }
}
