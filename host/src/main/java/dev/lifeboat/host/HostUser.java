package dev.lifeboat.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Who runs this process.
 *
 * @param name the name of the account
 * @param uid its effective user id
 */
public record HostUser(String name, int uid) {

    /** The user of this process, as the kernel knows it. */
    public static HostUser current() {
        try {
            int uid = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
            return new HostUser(System.getProperty("user.name"), uid);
        } catch (IOException e) {
            throw new UncheckedIOException("/proc is not mounted", e);
        }
    }

    public boolean isRoot() {
        return uid == 0;
    }
}
