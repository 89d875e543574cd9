package dev.lifeboat.cli;

import dev.lifeboat.host.OperatingSystem;
import dev.lifeboat.host.ProgramVersion;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The versions that a report of a fault has to name.
 *
 * @param lifeboat of this build
 * @param java of the Java that runs it, with its vendor
 * @param operatingSystem the distribution
 * @param kernel the release of the kernel
 * @param qemu null when there is none
 * @param libvirt null when there is none
 */
public record Versions(
        String lifeboat,
        String java,
        String operatingSystem,
        String kernel,
        @Nullable String qemu,
        @Nullable String libvirt) {

    /**
     * Asks this host.
     *
     * @throws InterruptedException when the thread is asked to stop
     */
    public static Versions ofThisHost() throws InterruptedException {
        return new Versions(
                LifeboatVersion.current(),
                "%s (%s)".formatted(Runtime.version(), System.getProperty("java.vendor")),
                OperatingSystem.read(OperatingSystem.OS_RELEASE).name(),
                "%s %s".formatted(System.getProperty("os.name"), System.getProperty("os.version")),
                ask("qemu-system-x86_64"),
                ask("libvirtd"));
    }

    /** For a person, one per line. */
    public String text() {
        return new Table("PART", "VERSION")
                .row("lifeboat", lifeboat)
                .row("java", java)
                .row("operating system", operatingSystem)
                .row("kernel", kernel)
                .row("qemu", qemu == null ? "not installed" : qemu)
                .row("libvirt", libvirt == null ? "not installed" : libvirt)
                .text();
    }

    private static @Nullable String ask(String program) throws InterruptedException {
        try {
            return ProgramVersion.ask(List.of(program, "--version")).orElse("unknown");
        } catch (LifeboatException e) {
            return e.code() == ErrorCode.HOST_PROGRAM_MISSING ? null : "unknown: " + e.getMessage();
        }
    }
}
