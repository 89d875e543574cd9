package dev.lifeboat.hypervisor.libvirt;

import dev.lifeboat.hypervisor.HostRoom;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.HypervisorException.Kind;
import dev.lifeboat.hypervisor.PowerState;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a host has left: libvirt's word on its processors and machines, the kernel's on its memory and its disks. */
final class NodeRoom {

    /** proc(5): what programs can take without anything being swapped out, caches included. */
    private static final Path MEMORY = Path.of("/proc/meminfo");

    private static final Pattern AVAILABLE = Pattern.compile("(?m)^MemAvailable:\\s+(\\d+) kB$");

    /** struct virNodeInfo: a name of 32 bytes, memory in KiB, processors, and more. */
    private static final int NODE_INFO_BYTES = 80;

    private final LibvirtLibrary library;
    private final MemorySegment connection;
    private final UnaryOperator<Path> hostPaths;

    NodeRoom(LibvirtLibrary library, MemorySegment connection, UnaryOperator<Path> hostPaths) {
        this.library = library;
        this.connection = connection;
        this.hostPaths = hostPaths;
    }

    HostRoom at(Path folder) throws LibvirtFailure, HypervisorException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment node = arena.allocate(NODE_INFO_BYTES, Long.BYTES);
            library.number(LibvirtCall.NODE_GET_INFO, connection, node);
            return new HostRoom(
                    node.get(ValueLayout.JAVA_LONG, 32) << 10,
                    available(),
                    promised(),
                    node.get(ValueLayout.JAVA_INT, 40),
                    usable(folder));
        } catch (IOException e) {
            throw new HypervisorException(Kind.FAILED, "what this host has left is not known: %s".formatted(e), e);
        }
    }

    private long available() throws IOException {
        Matcher found = AVAILABLE.matcher(Files.readString(hostPaths.apply(MEMORY)));
        if (!found.find()) {
            throw new IOException("%s does not tell".formatted(MEMORY));
        }
        return Long.parseLong(found.group(1)) << 10;
    }

    private long promised() throws LibvirtFailure {
        long bytes = 0;
        for (MemorySegment each : library.list(LibvirtCall.CONNECT_LIST_ALL_DOMAINS, connection, 0)) {
            try (Domain domain = new Domain(library, connection, each)) {
                if (domain.state() != PowerState.OFF) {
                    bytes += domain.mostMemoryBytes();
                }
            } catch (LibvirtFailure e) {
                if (e.code() != LibvirtFailure.NO_DOMAIN) {
                    throw e;
                }
            }
        }
        return bytes;
    }

    /** Of the nearest folder above that is there. */
    private long usable(Path folder) throws IOException {
        for (Path path = folder; path != null; path = path.getParent()) {
            Path here = hostPaths.apply(path);
            if (Files.exists(here)) {
                return Files.getFileStore(here).getUsableSpace();
            }
        }
        throw new IOException("there is nothing at %s".formatted(folder));
    }
}
