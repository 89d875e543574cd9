package dev.lifeboat.host;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Where programs are looked for by name.
 *
 * @param folders in the order in which they are looked through
 */
public record SearchPath(List<Path> folders) {

    /** Folders of root's programs. {@code su} without a hyphen leaves them out of root's PATH on Debian. */
    private static final SearchPath ROOTS_OWN =
            new SearchPath(List.of(Path.of("/usr/local/sbin"), Path.of("/usr/sbin"), Path.of("/sbin")));

    public SearchPath {
        folders = List.copyOf(folders);
    }

    /** From the text of a PATH variable. */
    public static SearchPath of(String variable) {
        return new SearchPath(Arrays.stream(variable.split(File.pathSeparator, -1))
                .filter(folder -> !folder.isEmpty())
                .map(Path::of)
                .toList());
    }

    /** The folder that has the program. */
    public Optional<Path> folderOf(String program) {
        return folders.stream()
                .filter(folder -> Files.isExecutable(folder.resolve(program)))
                .findFirst();
    }

    /** A folder of root's programs that has the program though this path does not. */
    Optional<Path> overlookedFolderOf(String program) {
        return folderOf(program).isPresent() ? Optional.empty() : ROOTS_OWN.folderOf(program);
    }
}
