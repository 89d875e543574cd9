package dev.lifeboat.host;

/**
 * A program or a file that a package brings.
 *
 * @param thing the name of a program that is looked for in the PATH, or the absolute path of a file or folder
 * @param debianPackage the package of Debian and Ubuntu that has it
 */
public record HostPiece(String thing, String debianPackage) {

    boolean isProgram() {
        return !thing.startsWith("/");
    }
}
