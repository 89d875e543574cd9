package dev.lifeboat.host;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Installs packages by name on Debian and Ubuntu. Starts no service and enables none, see {@link ServiceStartBan}; asks
 * no questions. Installing what is installed already does nothing, so that it may be repeated after a failure, and what
 * an installation that was killed has left half-done is finished first.
 */
public final class PackageInstaller {

    static final Path POLICY_FILE = Path.of("/usr/sbin/policy-rc.d");
    static final Path PRESET_FILE = Path.of("/run/systemd/system-preset/00-lifeboat.preset");

    private static final Duration UPDATE_LIMIT = Duration.ofMinutes(5);

    /** Some hundred megabytes over a slow line, unpacked on a slow disk. */
    private static final Duration INSTALL_LIMIT = Duration.ofMinutes(45);

    /** Lines of apt-get that show a person that it moves; the others are noise. */
    private static final List<String> TELLING = List.of("Get:", "Unpacking ", "Setting up ");

    private final OperatingSystem system;
    private final HostUser user;
    private final Program aptGet;
    private final Program dpkg;
    private final Path policyFile;
    private final Path presetFile;

    PackageInstaller(
            OperatingSystem system, HostUser user, Program aptGet, Program dpkg, Path policyFile, Path presetFile) {
        this.system = system;
        this.user = user;
        this.aptGet = undisturbed(aptGet);
        this.dpkg = undisturbed(dpkg);
        this.policyFile = policyFile;
        this.presetFile = presetFile;
    }

    /** The installer of the host that runs this process. */
    public static PackageInstaller ofThisHost() {
        return new PackageInstaller(
                OperatingSystem.read(OperatingSystem.OS_RELEASE),
                HostUser.current(),
                // Another apt that is at work is waited for, within reason.
                Program.of("apt-get", "-o", "DPkg::Lock::Timeout=120"),
                Program.of("dpkg"),
                POLICY_FILE,
                PRESET_FILE);
    }

    /** Whether an installation was killed and has left the services of this host held back. */
    public boolean wasKilled() {
        return !ServiceStartBan.left(policyFile, presetFile).isEmpty();
    }

    /**
     * Installs them.
     *
     * @param packages names; none is no work, unless an installation {@link #wasKilled}: then that is finished
     * @param progress is told in plain lines what happens, by more than one thread, one after the other
     * @throws LifeboatException with {@link ErrorCode#HOST_NOT_DEBIAN}, {@link ErrorCode#HOST_NOT_ROOT}, or
     *     {@link ErrorCode#HOST_INSTALL_FAILED} with the last lines of apt-get
     * @throws InterruptedException when the thread is asked to stop; apt-get has been killed
     */
    public void install(List<String> packages, Consumer<String> progress) throws InterruptedException {
        if (packages.isEmpty() && !wasKilled()) {
            return;
        }
        String names = packages.isEmpty() ? "the rest of a killed installation" : String.join(" ", packages);
        if (!system.isDebianOrUbuntu()) {
            throw new LifeboatException(
                    ErrorCode.HOST_NOT_DEBIAN, "This is %s; not installed: %s.".formatted(system.name(), names));
        }
        if (!user.isRoot()) {
            throw new LifeboatException(
                    ErrorCode.HOST_NOT_ROOT,
                    "User %s may not install packages; not installed: %s.".formatted(user.name(), names));
        }
        progress.accept("Installing " + names);
        try (ServiceStartBan _ = ServiceStartBan.place(policyFile, presetFile)) {
            // apt-get refuses everything while packages are half-installed, as a killed installation leaves them.
            attempt(dpkg.with("--configure", "-a").within(INSTALL_LIMIT), "Going on", progress);
            if (!packages.isEmpty()) {
                progress.accept("Updating the lists of packages");
                // One archive of several may be away while the others have all that is wanted: what follows decides.
                attempt(aptGet.with("update").within(UPDATE_LIMIT), "Going on with the lists at hand", progress);
                install(
                        aptGet.with("install", "-y", "--no-install-recommends").with(packages.toArray(String[]::new)),
                        progress);
            }
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.HOST_INSTALL_FAILED,
                    "Services cannot be kept from starting, so nothing was installed: " + e.getMessage(),
                    e);
        }
        if (wasKilled()) {
            throw new LifeboatException(
                    ErrorCode.HOST_INSTALL_FAILED,
                    "Services are still kept from starting: %s could not be removed."
                            .formatted(ServiceStartBan.left(policyFile, presetFile)));
        }
        progress.accept("Installed " + names);
    }

    private static Program undisturbed(Program program) {
        return program.withVariable("DEBIAN_FRONTEND", "noninteractive")
                // Ubuntu's needrestart would restart services that have nothing to do with us.
                .withVariable("NEEDRESTART_SUSPEND", "1");
    }

    /** Runs what the installation can do without. */
    private static void attempt(Program step, String goingOn, Consumer<String> progress) throws InterruptedException {
        try {
            ProgramRun run = step.run();
            if (!run.succeeded()) {
                progress.accept("%s: %s".formatted(goingOn, run.complaint()));
            }
        } catch (LifeboatException e) {
            if (e.code() != ErrorCode.HOST_PROGRAM_TIMED_OUT) {
                throw e;
            }
            progress.accept("%s: %s".formatted(goingOn, e.getMessage()));
        }
    }

    private static void install(Program install, Consumer<String> progress) throws InterruptedException {
        ProgramRun run = install.within(INSTALL_LIMIT)
                .showing(line -> {
                    if (TELLING.stream().anyMatch(line::startsWith)) {
                        progress.accept("  " + line);
                    }
                })
                .run();
        if (!run.succeeded()) {
            throw new LifeboatException(ErrorCode.HOST_INSTALL_FAILED, run.complaint());
        }
    }
}
