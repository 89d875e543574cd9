package dev.lifeboat.host;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Learns whether KVM really runs a guest, by running one. That {@code /dev/kvm} is there and opens says little: see
 * {@link ProbeSector}. The same guest is run under TCG first, so that a KVM that fails is not confused with a probe
 * that fails.
 *
 * <p>Takes under a second where KVM works, and at most {@link #CONTROL_LIMIT} and {@link #KVM_LIMIT} together.
 */
public final class AccelerationProbe {

    /** Ten times what KVM needs on a slow and loaded host, a tenth of what an emulating one needs. */
    static final Duration KVM_LIMIT = Duration.ofSeconds(5);

    /** Half a second is usual; the host may be busy. */
    static final Duration CONTROL_LIMIT = Duration.ofSeconds(30);

    private final Timekeeper time;
    private final Program qemu;
    private final Path device;
    private final Duration kvmLimit;

    public AccelerationProbe(Timekeeper time) {
        this(time, Program.of("qemu-system-x86_64"), Path.of("/dev/kvm"), KVM_LIMIT);
    }

    AccelerationProbe(Timekeeper time, Program qemu, Path device, Duration kvmLimit) {
        this.time = time;
        this.qemu = qemu;
        this.device = device;
        this.kvmLimit = kvmLimit;
    }

    /**
     * Boots the probe.
     *
     * @throws LifeboatException with {@link ErrorCode#HOST_PROGRAM_MISSING} when there is no QEMU, with
     *     {@link ErrorCode#HOST_PROGRAM_FAILED} or {@link ErrorCode#HOST_PROGRAM_TIMED_OUT} when not even TCG runs it
     * @throws InterruptedException when the thread is asked to stop; no guest is left behind
     */
    public Acceleration probe() throws InterruptedException {
        Duration begin = time.elapsed();
        try {
            Path sector = Files.createTempFile("lifeboat-probe", ".img");
            try {
                Files.write(sector, ProbeSector.bytes());
                ProgramRun control = boot(sector, Accelerator.TCG, CONTROL_LIMIT);
                if (control.exitCode() != ProbeSector.SUCCESS) {
                    throw new LifeboatException(ErrorCode.HOST_PROGRAM_FAILED, control.complaint());
                }
                String kvm = tryKvm(sector);
                Accelerator accelerator = kvm.isEmpty() ? Accelerator.KVM : Accelerator.TCG;
                return new Acceleration(
                        accelerator,
                        kvm.isEmpty() ? "KVM runs guests" : kvm,
                        time.elapsed().minus(begin));
            } finally {
                Files.deleteIfExists(sector);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the folder for temporary files cannot be written", e);
        }
    }

    /** Why not, in a few words; empty when it works. */
    private String tryKvm(Path sector) throws InterruptedException {
        if (Files.notExists(device)) {
            return "no %s".formatted(device);
        }
        if (!Files.isReadable(device) || !Files.isWritable(device)) {
            return "%s is closed to this user".formatted(device);
        }
        try {
            ProgramRun run = boot(sector, Accelerator.KVM, kvmLimit);
            return run.exitCode() == ProbeSector.SUCCESS ? "" : "KVM refuses: " + reason(run);
        } catch (LifeboatException e) {
            if (e.code() == ErrorCode.HOST_PROGRAM_TIMED_OUT) {
                return "%s opens, but a guest gets nowhere in %d s".formatted(device, kvmLimit.toSeconds());
            }
            throw e;
        }
    }

    private static String reason(ProgramRun run) {
        return run.errors()
                .strip()
                .lines()
                .reduce((earlier, later) -> later)
                .orElse("QEMU ended with " + run.exitCode());
    }

    private ProgramRun boot(Path sector, Accelerator accelerator, Duration limit) throws InterruptedException {
        return qemu.with("-accel", accelerator.word(), "-cpu", "max", "-machine", "pc", "-m", "16")
                .with("-nodefaults", "-no-user-config", "-no-reboot", "-display", "none")
                .with("-device", "isa-debug-exit,iobase=0xf4,iosize=0x04")
                // A comma would end QEMU's option; it is doubled to stand for itself.
                .with("-drive", "if=floppy,format=raw,readonly=on,file=%s".formatted(doubled(sector)))
                .within(limit)
                .run();
    }

    private static String doubled(Path sector) {
        return sector.toString().replace(",", ",,");
    }
}
