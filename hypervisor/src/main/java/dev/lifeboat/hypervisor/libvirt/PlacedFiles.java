package dev.lifeboat.hypervisor.libvirt;

import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.HypervisorException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a placed machine keeps beside its disks, put where QEMU and swtpm look for it. Each file, and the state of a TPM
 * as a whole, is there completely or not at all.
 *
 * <pre>
 * /var/lib/libvirt/swtpm/UUID/           of the machine
 *     lifeboat                           says that the state was placed
 *     tpm2/tpm2-00.permall               the state, swtpm's
 * /var/lib/libvirt/swtpm/UUID.new/       while it is being made
 * /var/lib/libvirt/swtpm/UUID.before/    what lay here before of a machine with the same identity
 * </pre>
 */
final class PlacedFiles {

    private static final String MARK = "lifeboat";
    private static final String TPM = "tpm/";
    private static final Pattern TPM_FILE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    private final UnaryOperator<Path> hostPaths;

    /** @param hostPaths a path of the host → where it is found from here */
    PlacedFiles(UnaryOperator<Path> hostPaths) {
        this.hostPaths = hostPaths;
    }

    /** Puts all of them; what an attempt before has left is replaced. */
    void put(DomainDefinition definition, Map<String, byte[]> files, QemuAccount qemu) throws HypervisorException {
        try {
            Optional<Path> nvram = definition.nvram();
            byte[] variables = files.get("nvram");
            if (nvram.isPresent() && variables != null) {
                putNvram(hostPaths.apply(nvram.get()), variables, qemu);
            }
            Optional<Path> tpm = definition.tpm();
            if (tpm.isPresent()) {
                putTpm(
                        tpm.get(),
                        hostPaths.apply(DomainDefinition.TPM_STATES.resolve(
                                definition.uuid().toString())),
                        files);
            }
        } catch (IOException e) {
            throw new HypervisorException(
                    Kind.FAILED, "the machine's files beside its disks could not be written: %s".formatted(e), e);
        }
    }

    private static void putNvram(Path file, byte[] content, QemuAccount qemu) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        write(fresh, content, qemu);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void putTpm(Path state, Path machine, Map<String, byte[]> files) throws IOException, HypervisorException {
        QemuAccount swtpm = SwtpmAccount.of(hostPaths);
        setAside(machine);
        if (files.keySet().stream().noneMatch(name -> name.startsWith(TPM))) {
            return;
        }
        Path fresh = beside(machine, ".new");
        delete(fresh);
        Files.createDirectories(fresh);
        Files.setPosixFilePermissions(
                hostPaths.apply(DomainDefinition.TPM_STATES), PosixFilePermissions.fromString("rwx--x--x"));
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwx--x--x"));
        Path folder = Files.createDirectory(fresh.resolve(state.getFileName()));
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            if (file.getKey().startsWith(TPM)) {
                String name = file.getKey().substring(TPM.length());
                if (!TPM_FILE.matcher(name).matches()) {
                    throw new HypervisorException(Kind.UNSUPPORTED, "a file of a TPM named '%s'".formatted(name));
                }
                write(folder.resolve(name), file.getValue(), swtpm);
            }
        }
        own(folder, "rwx------", swtpm);
        Files.createFile(fresh.resolve(MARK));
        Files.move(fresh, machine, StandardCopyOption.ATOMIC_MOVE);
    }

    /** What is not ours is kept for later; what is ours was never used, for the machine is not known yet. */
    private static void setAside(Path machine) throws IOException, HypervisorException {
        if (Files.exists(machine.resolve(MARK))) {
            delete(machine);
        } else if (Files.exists(machine)) {
            Path before = beside(machine, ".before");
            if (Files.exists(before)) {
                throw new HypervisorException(
                        Kind.WRONG_STATE,
                        "there is state of a TPM at %s and at %s: one of them must be removed by hand"
                                .formatted(machine, before));
            }
            Files.move(machine, before, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** Removes what was placed of a machine that the host has forgotten, and brings back what lay there before. */
    void clear(Path tpmFolder) throws HypervisorException {
        Path machine = hostPaths.apply(tpmFolder);
        try {
            delete(beside(machine, ".new"));
            if (Files.exists(machine.resolve(MARK))) {
                delete(machine);
            }
            Path before = beside(machine, ".before");
            if (Files.exists(before) && !Files.exists(machine)) {
                Files.move(before, machine, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException e) {
            throw new HypervisorException(Kind.FAILED, "%s could not be cleared: %s".formatted(machine, e), e);
        }
    }

    /** What was placed is the machine's own from now on. */
    void settle(Path tpmFolder) throws HypervisorException {
        Path machine = hostPaths.apply(tpmFolder);
        try {
            Files.deleteIfExists(machine.resolve(MARK));
            delete(beside(machine, ".before"));
        } catch (IOException e) {
            throw new HypervisorException(Kind.FAILED, "%s could not be settled: %s".formatted(machine, e), e);
        }
    }

    private static Path beside(Path folder, String ending) {
        return folder.resolveSibling(folder.getFileName() + ending);
    }

    private static void write(Path file, byte[] content, QemuAccount owner) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer left = ByteBuffer.wrap(content);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            channel.force(true);
        }
        own(file, "rw-------", owner);
    }

    private static void own(Path path, String permissions, QemuAccount owner) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        Files.setAttribute(path, "unix:uid", owner.user());
        Files.setAttribute(path, "unix:gid", owner.group());
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.toList().reversed()) {
                Files.delete(path);
            }
        }
    }
}
