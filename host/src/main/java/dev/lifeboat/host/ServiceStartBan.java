package dev.lifeboat.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * While it stands, packages that are installed neither start their services nor have systemd start them at the next
 * boot. We install libvirt for its programs: a host must not come to run a libvirtd, with its default network, because
 * somebody wanted to see a demo.
 *
 * <p>Two files do it. Maintainer scripts ask {@code policy-rc.d} before they start a service (Debian Policy 9.3.3.2),
 * and they enable one through systemd's presets (systemd.preset(5)). Files of ours are placed only where there are
 * none, and go away with {@link #close}, also when the process is asked to end meanwhile. Should it be killed outright,
 * {@link #left} and the next ban know the files by their contents, and the next ban takes them away with its own.
 */
final class ServiceStartBan implements AutoCloseable {

    /** By this a file of ours is known; it stays as it is, so that later versions know what earlier ones left. */
    private static final String MARK = "# Placed by Lifeboat while it installs packages, and removed afterwards:";

    /** For reading what may be anybody's file: ours have under 200 bytes. */
    private static final long LARGEST_OF_OURS_BYTES = 4096;

    private static final String POLICY = """
            #!/bin/sh
            %s no service may be started.
            exit 101
            """.formatted(MARK);

    private static final String PRESET = """
            %s no service is enabled.
            disable *
            """.formatted(MARK);

    private final List<Path> placed = new ArrayList<>();
    private final Thread atExit = new Thread(this::remove, "service-start-ban");

    private ServiceStartBan() {}

    /**
     * Places the files.
     *
     * @throws IOException when one cannot be written; none is left behind
     */
    static ServiceStartBan place(Path policyFile, Path presetFile) throws IOException {
        ServiceStartBan ban = new ServiceStartBan();
        Runtime.getRuntime().addShutdownHook(ban.atExit);
        try {
            ban.place(policyFile, POLICY, "rwxr-xr-x");
            Files.createDirectories(presetFile.toAbsolutePath().getParent());
            ban.place(presetFile, PRESET, "rw-r--r--");
        } catch (IOException e) {
            ban.close();
            throw e;
        }
        return ban;
    }

    /** Those of the files that are ours: while no installation is at work, a killed one has left them. */
    static List<Path> left(Path policyFile, Path presetFile) {
        return Stream.of(policyFile, presetFile).filter(ServiceStartBan::isOurs).toList();
    }

    @Override
    public void close() {
        remove();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The process is ending: the hook runs by itself and finds nothing left to do.
        }
    }

    private synchronized void place(Path file, String content, String permissions) throws IOException {
        try {
            Files.writeString(file, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            if (!isOurs(file)) {
                return;
            }
        }
        placed.add(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private static boolean isOurs(Path file) {
        try {
            return Files.isRegularFile(file)
                    && Files.size(file) <= LARGEST_OF_OURS_BYTES
                    && new String(Files.readAllBytes(file), StandardCharsets.UTF_8).contains(MARK);
        } catch (IOException e) {
            // Ours may be read by everybody.
            return false;
        }
    }

    private synchronized void remove() {
        for (Path file : placed) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                // Nothing more can be done here; the file says what it is and the next installation removes it.
            }
        }
        placed.clear();
    }
}
