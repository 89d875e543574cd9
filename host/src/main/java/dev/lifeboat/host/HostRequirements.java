package dev.lifeboat.host;

import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.Timekeeper;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Everything that Lifeboat needs of the computer it stands on: the one list behind {@code lifeboat doctor} and behind
 * every command that asks beforehand. Immutable and safe for use by several threads.
 */
public final class HostRequirements {

    /** The guest images of the lab, and the packages from which they are built. */
    public static final ByteCount GUEST_IMAGES_SPACE = ByteCount.ofGibibytes(6);

    /** The disks of one lab with all its machines running, and their overlays. */
    public static final ByteCount LAB_SPACE = ByteCount.ofGibibytes(5);

    /** What the disks of a lab that stands may still grow by in a day's work. */
    private static final ByteCount STANDING_LAB_SPACE = ByteCount.ofGibibytes(1);

    private static final Set<Need> FOR_LAB = Set.of(Need.LAB);
    private static final Set<Need> FOR_MACHINES = Set.of(Need.LAB, Need.LIVE_BENCH, Need.EXPORT_BENCH);
    private static final Set<Need> FOR_TESTS = Set.of(Need.TEST);
    private static final Set<Need> FOR_BENCHES = Set.of(Need.BENCH);

    /** Where Debian's packages put modules of Python. */
    private static final String PYTHON_MODULES = "/usr/lib/python3/dist-packages/";

    private final List<HostCheck> checks;

    /** @param checks in the order in which they are made and shown */
    public HostRequirements(List<HostCheck> checks) {
        this.checks = List.copyOf(checks);
    }

    /** What is needed of the host that runs this process. */
    public static HostRequirements ofThisHost(Timekeeper time, HostFolders folders) {
        HostUser user = HostUser.current();
        List<HostCheck> checks = new ArrayList<>();
        checks.add(new JdkCheck(
                Path.of(System.getProperty("java.home")),
                Runtime.version(),
                Program.of("apt-cache", "policy", JdkCheck.PACKAGE)));
        checks.add(new RootCheck(user));
        checks.addAll(programs(SearchPath.of(System.getenv().getOrDefault("PATH", ""))));
        checks.add(new NamespacesCheck(
                user, Program.of("unshare", "--mount", "--pid", "--net", "--uts", "--fork", "true")));
        checks.add(new SpaceCheck("space for the cache", folders.cache(), guestImagesToCome(folders.guestImages())));
        checks.add(new SpaceCheck("space for the lab", folders.state(), labToCome(folders.labs())));
        checks.add(new AccelerationCheck(new AccelerationProbe(time)));
        checks.add(new ServiceStartCheck(PackageInstaller.POLICY_FILE, PackageInstaller.PRESET_FILE));
        return new HostRequirements(checks);
    }

    /** Programs and files, with the names of their packages in Debian 12 and Ubuntu 24.04. */
    static List<HostCheck> programs(SearchPath path) {
        return List.of(
                of(
                        path,
                        "QEMU",
                        FOR_MACHINES,
                        List.of("qemu-system-x86_64", "--version"),
                        new HostPiece("qemu-system-x86_64", "qemu-system-x86"),
                        new HostPiece("qemu-img", "qemu-utils")),
                of(
                        path,
                        "libvirt",
                        FOR_MACHINES,
                        List.of("libvirtd", "--version"),
                        // The daemon's package alone lacks the account that guests run under.
                        new HostPiece("libvirtd", "libvirt-daemon-system"),
                        new HostPiece("virtlogd", "libvirt-daemon-system"),
                        new HostPiece("virsh", "libvirt-clients"),
                        new HostPiece(
                                "/usr/lib/x86_64-linux-gnu/libvirt/connection-driver/libvirt_driver_qemu.so",
                                "libvirt-daemon-driver-qemu")),
                of(path, "dnsmasq", FOR_LAB, List.of("dnsmasq", "--version"), new HostPiece("dnsmasq", "dnsmasq-base")),
                of(path, "iproute2", FOR_MACHINES, List.of("ip", "-V"), new HostPiece("ip", "iproute2")),
                of(path, "nftables", FOR_LAB, List.of("nft", "--version"), new HostPiece("nft", "nftables")),
                of(
                        path,
                        "util-linux",
                        FOR_MACHINES,
                        List.of("unshare", "--version"),
                        new HostPiece("unshare", "util-linux"),
                        new HostPiece("nsenter", "util-linux"),
                        new HostPiece("setsid", "util-linux"),
                        new HostPiece("setpriv", "util-linux")),
                of(
                        path,
                        "debootstrap",
                        FOR_LAB,
                        List.of("debootstrap", "--version"),
                        new HostPiece("debootstrap", "debootstrap"),
                        // Not on every Ubuntu: without it debootstrap cannot check what Debian's archive gives.
                        new HostPiece("/usr/share/keyrings/debian-archive-keyring.gpg", "debian-archive-keyring")),
                of(
                        path,
                        "e2fsprogs",
                        Set.of(Need.LAB, Need.BENCH, Need.LIVE_BENCH),
                        List.of("mkfs.ext4", "-V"),
                        new HostPiece("mkfs.ext4", "e2fsprogs"),
                        new HostPiece("debugfs", "e2fsprogs"),
                        new HostPiece("e2fsck", "e2fsprogs"),
                        new HostPiece("mke2fs", "e2fsprogs")),
                of(
                        path,
                        "GRUB images",
                        FOR_LAB,
                        List.of("grub-mkimage", "--version"),
                        new HostPiece("grub-mkimage", "grub-common"),
                        new HostPiece("/usr/lib/grub/i386-pc", "grub-pc-bin"),
                        new HostPiece("/usr/lib/grub/x86_64-efi", "grub-efi-amd64-bin")),
                of(
                        path,
                        "FAT images",
                        FOR_LAB,
                        List.of("mcopy", "--version"),
                        new HostPiece("mcopy", "mtools"),
                        new HostPiece("mkfs.vfat", "dosfstools")),
                of(path, "UEFI firmware", FOR_LAB, List.of(), new HostPiece("/usr/share/OVMF/OVMF_CODE_4M.fd", "ovmf")),
                of(path, "sfdisk", FOR_LAB, List.of("sfdisk", "--version"), new HostPiece("sfdisk", "fdisk")),
                of(path, "cpio", FOR_LAB, List.of("cpio", "--version"), new HostPiece("cpio", "cpio")),
                of(
                        path,
                        "ShellCheck",
                        FOR_TESTS,
                        List.of("shellcheck", "--version"),
                        new HostPiece("shellcheck", "shellcheck")),
                of(
                        path,
                        "nbdkit",
                        // Between a recovered machine and the export of its disks.
                        Set.of(Need.LAB, Need.TEST, Need.EXPORT_BENCH),
                        List.of("nbdkit", "--version"),
                        new HostPiece("nbdkit", "nbdkit")),
                // Guests of the tests of networks: a real DHCP client and resolver.
                of(path, "BusyBox", FOR_TESTS, List.of("busybox"), new HostPiece("busybox", "busybox-static")),
                of(
                        path,
                        "libnbd",
                        Set.of(Need.TEST, Need.EXPORT_BENCH),
                        List.of("nbdinfo", "--version"),
                        new HostPiece("nbdinfo", "libnbd-bin"),
                        new HostPiece("nbdcopy", "libnbd-bin")),
                of(
                        path,
                        "Python",
                        FOR_TESTS,
                        List.of("python3", "--version"),
                        new HostPiece("python3", "python3"),
                        new HostPiece(PYTHON_MODULES + "cryptography/__init__.py", "python3-cryptography"),
                        new HostPiece(PYTHON_MODULES + "zstandard/__init__.py", "python3-zstandard"),
                        new HostPiece(PYTHON_MODULES + "argon2/__init__.py", "python3-argon2")),
                of(path, "restic", FOR_BENCHES, List.of("restic", "version"), new HostPiece("restic", "restic")),
                of(path, "Borg", FOR_BENCHES, List.of("borg", "--version"), new HostPiece("borg", "borgbackup")),
                of(
                        path,
                        "qemu-img",
                        FOR_BENCHES,
                        List.of("qemu-img", "--version"),
                        new HostPiece("qemu-img", "qemu-utils")),
                of(
                        path,
                        "GNU time",
                        Set.of(Need.BENCH, Need.LIVE_BENCH),
                        List.of("time", "--version"),
                        new HostPiece("time", "time")),
                of(path, "fio", Set.of(Need.EXPORT_BENCH), List.of("fio", "--version"), new HostPiece("fio", "fio")),
                of(
                        path,
                        "virtnbdbackup",
                        Set.of(Need.LIVE_BENCH),
                        List.of("virtnbdbackup", "--version"),
                        new HostPiece("virtnbdbackup", "virtnbdbackup")));
    }

    public List<HostCheck> checks() {
        return checks;
    }

    /**
     * Makes every check, in order. Takes seconds, because a guest is booted.
     *
     * @throws InterruptedException when the thread is asked to stop
     */
    public List<HostFinding> look() throws InterruptedException {
        List<HostFinding> findings = new ArrayList<>();
        for (HostCheck check : checks) {
            findings.add(check.look());
        }
        return List.copyOf(findings);
    }

    /** What packages would have to bring for these purposes. Answers at once: nothing is run and nothing booted. */
    public Shortage missing(Need... purposes) {
        Set<Need> wanted = EnumSet.noneOf(Need.class);
        wanted.addAll(Arrays.asList(purposes));
        return Shortage.of(checks.stream()
                .filter(check -> !Collections.disjoint(check.needs(), wanted))
                .flatMap(check -> check.lacking().stream())
                .toList());
    }

    /** Nothing once images have been built: a finished one has the list of its contents. */
    static ByteCount guestImagesToCome(Path images) {
        return entries(images).anyMatch(image -> Files.isRegularFile(image.resolve("contents")))
                ? new ByteCount(0)
                : GUEST_IMAGES_SPACE;
    }

    /** Little once a lab has its disks, which are most of it. */
    static ByteCount labToCome(Path labs) {
        return entries(labs)
                        .flatMap(HostRequirements::entries)
                        .flatMap(host -> entries(host.resolve("lib/images")))
                        .findAny()
                        .isPresent()
                ? STANDING_LAB_SPACE
                : LAB_SPACE;
    }

    /** None of a folder that is not there or is closed to this user. */
    private static Stream<Path> entries(Path folder) {
        File[] entries = folder.toFile().listFiles();
        return entries == null ? Stream.empty() : Arrays.stream(entries).map(File::toPath);
    }

    private static HostCheck of(
            SearchPath path, String name, Set<Need> needs, List<String> versionQuestion, HostPiece... pieces) {
        return new ProgramCheck(name, needs, List.of(pieces), versionQuestion, path);
    }
}
