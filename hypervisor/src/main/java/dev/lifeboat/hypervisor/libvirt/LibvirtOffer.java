package dev.lifeboat.hypervisor.libvirt;

import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.libvirt.adaptation.HostOffer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** What a libvirtd and its host offer, for the time of one call of the port. For use by one thread. */
final class LibvirtOffer implements HostOffer {

    /** Firmware descriptors have some KiB. */
    private static final long LARGEST_FILE = 1 << 20;

    private static final int MOST_FILES = 1000;

    private static final int INCOMPATIBLE = 0;

    private final LibvirtLibrary library;
    private final MemorySegment connection;
    private final UnaryOperator<Path> hostPaths;

    LibvirtOffer(LibvirtLibrary library, MemorySegment connection, UnaryOperator<Path> hostPaths) {
        this.library = library;
        this.connection = connection;
        this.hostPaths = hostPaths;
    }

    @Override
    public Optional<String> domainCapabilities(String architecture, Optional<String> machine)
            throws HypervisorException {
        try (Arena arena = Arena.ofConfined()) {
            return Optional.of(library.text(
                    LibvirtCall.CONNECT_GET_DOMAIN_CAPABILITIES,
                    connection,
                    MemorySegment.NULL,
                    arena.allocateFrom(architecture),
                    machine.map(arena::allocateFrom).orElse(MemorySegment.NULL),
                    MemorySegment.NULL,
                    0));
        } catch (LibvirtFailure e) {
            // So it says that there is no such machine type, or no emulator for the architecture.
            if (e.code() == LibvirtFailure.INVALID_ARGUMENT || e.code() == LibvirtFailure.CONFIG_UNSUPPORTED) {
                return Optional.empty();
            }
            throw e.inWordsOfThePort();
        }
    }

    @Override
    public String capabilities() throws HypervisorException {
        try {
            return library.text(LibvirtCall.CONNECT_GET_CAPABILITIES, connection);
        } catch (LibvirtFailure e) {
            throw e.inWordsOfThePort();
        }
    }

    /**
     * libvirt answers with an error when it has never heard of the model, which says no as well; and when it cannot
     * compare processors of this architecture, which says nothing: it is tried then.
     */
    @Override
    public boolean canHaveProcessor(String architecture, String machine, String type, String cpu)
            throws HypervisorException {
        try (Arena arena = Arena.ofConfined()) {
            int answer = library.number(
                    LibvirtCall.CONNECT_COMPARE_HYPERVISOR_CPU,
                    connection,
                    MemorySegment.NULL,
                    arena.allocateFrom(architecture),
                    arena.allocateFrom(machine),
                    arena.allocateFrom(type),
                    arena.allocateFrom(cpu),
                    0);
            return answer != INCOMPATIBLE;
        } catch (LibvirtFailure e) {
            if (e.code() == LibvirtFailure.RPC || e.code() == LibvirtFailure.SYSTEM_ERROR) {
                throw e.inWordsOfThePort();
            }
            return e.code() == LibvirtFailure.NO_SUPPORT;
        }
    }

    @Override
    public boolean exists(Path path) {
        return Files.exists(hostPaths.apply(path));
    }

    @Override
    public Optional<Long> sizeOf(Path path) {
        try {
            return Optional.of(Files.size(hostPaths.apply(path)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** A file that cannot be read says nothing, as one that is not there. */
    @Override
    public List<NamedFile> files(Path folder, String ending) {
        List<NamedFile> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(hostPaths.apply(folder))) {
            for (Path file : files.filter(one -> one.toString().endsWith(ending))
                    .limit(MOST_FILES)
                    .toList()) {
                if (Files.isRegularFile(file) && Files.size(file) <= LARGEST_FILE) {
                    found.add(new NamedFile(file.getFileName().toString(), Files.readString(file)));
                }
            }
        } catch (IOException e) {
            return List.copyOf(found);
        }
        return List.copyOf(found);
    }
}
