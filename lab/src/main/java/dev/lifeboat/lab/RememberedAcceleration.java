package dev.lifeboat.lab;

import dev.lifeboat.host.AccelerationProbe;
import dev.lifeboat.host.Accelerator;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * Whether machines of a lab run under KVM or are emulated. Only booting a guest tells, and where KVM does not serve
 * that takes seconds; so the answer is kept in a file, for as long as the computer runs: {@code BOOT-ID word}.
 */
final class RememberedAcceleration {

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private final Path file;
    private final AccelerationProbe probe;

    RememberedAcceleration(Path folder, AccelerationProbe probe) {
        this.file = folder.resolve("acceleration");
        this.probe = probe;
    }

    /** The answer, from the file or by booting the probe. */
    Accelerator get() throws InterruptedException {
        try {
            String boot = Files.readString(BOOT_ID).strip();
            Optional<Accelerator> known = read(boot);
            if (known.isPresent()) {
                return known.get();
            }
            Accelerator found = probe.probe().accelerator();
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            Path partial = file.resolveSibling(
                    "acceleration." + ProcessHandle.current().pid());
            Files.writeString(partial, boot + " " + found.word() + "\n");
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
            return found;
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.CLI_FILE_UNWRITABLE, "%s could not be written: %s".formatted(file, e), e);
        }
    }

    private Optional<Accelerator> read(String boot) throws IOException {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        String content = Files.readString(file).strip();
        return Arrays.stream(Accelerator.values())
                .filter(accelerator -> content.equals(boot + " " + accelerator.word()))
                .findFirst();
    }
}
