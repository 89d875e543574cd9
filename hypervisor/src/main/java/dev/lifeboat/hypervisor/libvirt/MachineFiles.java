package dev.lifeboat.hypervisor.libvirt;

import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.HypervisorException.Kind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** What a machine keeps beside its disks: firmware variables, the state of an emulated TPM. */
final class MachineFiles {

    /** Firmware variables have half a MiB, a TPM's state some KiB: what is larger is something else. */
    private static final long LARGEST = 16 << 20;

    private final UnaryOperator<Path> hostPaths;
    private final List<String> notCovered = new ArrayList<>();

    /**
     * Has read nothing yet.
     *
     * @param hostPaths a path of the host → where it is found from here
     */
    MachineFiles(UnaryOperator<Path> hostPaths) {
        this.hostPaths = hostPaths;
    }

    /**
     * Reads all of them twice.
     *
     * @throws HypervisorException with {@link Kind#BUSY} when they have changed meanwhile
     */
    Map<String, byte[]> read(DomainDefinition definition) throws HypervisorException {
        Map<String, byte[]> first = once(definition);
        List<String> sentences = List.copyOf(notCovered);
        notCovered.clear();
        Map<String, byte[]> second = once(definition);
        if (!sameContent(first, second) || !sentences.equals(notCovered)) {
            throw new HypervisorException(Kind.BUSY, "the machine is just writing its firmware's or its TPM's state");
        }
        return second;
    }

    /** What could not be read, each in a sentence. */
    List<String> notCovered() {
        return List.copyOf(notCovered);
    }

    private Map<String, byte[]> once(DomainDefinition definition) throws HypervisorException {
        Map<String, byte[]> files = new HashMap<>();
        Optional<Path> nvram = definition.nvram();
        if (nvram.isPresent()) {
            read(nvram.get(), "nvram", "The firmware's variables", files);
        }
        Optional<Path> tpm = definition.tpm();
        if (tpm.isPresent()) {
            for (Path file : tpmFiles(tpm.get())) {
                read(file, "tpm/" + file.getFileName(), "The state of the TPM", files);
            }
        }
        return files;
    }

    private List<Path> tpmFiles(Path folder) throws HypervisorException {
        try (Stream<Path> files = Files.list(hostPaths.apply(folder))) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .map(file -> folder.resolve(file.getFileName()))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            notCovered.add("The state of the TPM is not in %s: it is made at the first start.".formatted(folder));
            return List.of();
        } catch (IOException e) {
            notCovered.add("The state of the TPM in %s cannot be read.".formatted(folder));
            return List.of();
        }
    }

    private void read(Path file, String name, String what, Map<String, byte[]> files) throws HypervisorException {
        Path here = hostPaths.apply(file);
        try {
            if (Files.size(here) > LARGEST) {
                notCovered.add("%s in %s is larger than %d MiB.".formatted(what, file, LARGEST >> 20));
                return;
            }
            files.put(name, Files.readAllBytes(here));
        } catch (NoSuchFileException e) {
            // Firmware variables are made at the first start; until then the template says all.
            if (!name.equals("nvram")) {
                throw new HypervisorException(Kind.BUSY, "%s went away while it was read".formatted(file), e);
            }
        } catch (AccessDeniedException e) {
            notCovered.add("%s in %s may not be read.".formatted(what, file));
        } catch (IOException e) {
            throw new HypervisorException(Kind.FAILED, "%s could not be read: %s".formatted(file, e), e);
        }
    }

    private static boolean sameContent(Map<String, byte[]> one, Map<String, byte[]> other) {
        return one.keySet().equals(other.keySet())
                && one.entrySet().stream()
                        .allMatch(entry -> Arrays.equals(entry.getValue(), other.get(entry.getKey())));
    }
}
