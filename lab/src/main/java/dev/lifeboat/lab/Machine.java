package dev.lifeboat.lab;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The virtual machines that a lab can run at its primary site. */
public enum Machine {
    /** The shop's front: nginx, the order service and its ledger. Boots by BIOS. */
    WEB("web", 10, 512, Firmware.BIOS, List.of(Disk.virtio("vda", "web", "disk.qcow2", "web-root"))),
    /** The shop's database: PostgreSQL on a data disk of its own. Boots by UEFI. */
    DB(
            "db",
            11,
            768,
            Firmware.UEFI,
            List.of(
                    Disk.virtio("vda", "db", "disk.qcow2", "db-root"),
                    Disk.virtio("vdb", "db", "data.qcow2", "shop-data"))),
    /** A tiny guest that writes numbered records to a raw disk; up in seconds. Boots by BIOS. */
    SCRIBE(
            "scribe",
            12,
            128,
            Firmware.BIOS,
            List.of(
                    Disk.virtio("vda", "scribe", "disk.qcow2", "scribe-root"),
                    Disk.virtio("vdb", "scribe", "data.qcow2", "scribe-data"))),
    /**
     * A tiny guest with a disk of every kind, two network cards, a password in its description and, where the host has
     * swtpm, a TPM: for whoever has to capture all of that. Does nothing but answer. Boots by UEFI.
     */
    ASSORTED(
            "assorted",
            13,
            384,
            Firmware.UEFI,
            List.of(
                    Disk.virtio("vda", "assorted", "disk.qcow2", "assorted-root"),
                    new Disk("vdb", Bus.VIRTIO, Use.DISK, "assorted", "virtio.raw", "assorted-virtio"),
                    new Disk("sda", Bus.SCSI, Use.OVERLAY, "assorted", "overlay.qcow2", "assorted-overlay"),
                    new Disk("sdb", Bus.SATA, Use.DISK, "assorted", "sata.raw", "assorted-sata"),
                    new Disk("sdc", Bus.SATA, Use.CD_ROM, "assorted", "cdrom.iso", "assorted-cdrom"),
                    new Disk("sdd", Bus.SCSI, Use.SHARED, "assorted", "shared.raw", "assorted-shared")));

    /** The two that make up the shop, in the order in which they are to be started. */
    public static final List<Machine> SHOP = List.of(DB, WEB);

    /** Where a machine's firmware comes from. */
    enum Firmware {
        BIOS,
        UEFI
    }

    /** How a machine's disk is connected to it. */
    enum Bus {
        VIRTIO,
        SCSI,
        SATA
    }

    /** What a machine's disk is to it. */
    enum Use {
        /** A disk of its own. */
        DISK,
        /** A disk of its own that is a qcow2 over another, which lies beside it. */
        OVERLAY,
        /** A disk that other machines may use at the same time. */
        SHARED,
        /** A disk that cannot be written to. */
        CD_ROM
    }

    /**
     * A disk of a machine.
     *
     * @param target its name in the machine's description
     * @param image the guest image it is a copy of
     * @param file the file within the guest image, whose ending tells the format
     * @param serial the serial number the guest sees, at most 20 characters (virtio)
     */
    record Disk(String target, Bus bus, Use use, String image, String file, String serial) {

        /** The file beneath every overlay: each names it so, without a folder. */
        private static final String BENEATH = "beneath.qcow2";

        static Disk virtio(String target, String image, String file, String serial) {
            return new Disk(target, Bus.VIRTIO, Use.DISK, image, file, serial);
        }

        /** The name of the disk's file on its host. */
        String fileOf(Machine machine) {
            return machine + "-" + target + file.substring(file.lastIndexOf('.'));
        }

        /** The files of the guest image that this disk needs, and their names on the host. */
        Map<String, String> filesOf(Machine machine) {
            return use == Use.OVERLAY ? Map.of(BENEATH, BENEATH, file, fileOf(machine)) : Map.of(file, fileOf(machine));
        }

        /** How it is stored, in libvirt's word. */
        String format() {
            return file.endsWith(".qcow2") ? "qcow2" : "raw";
        }
    }

    private final String label;
    private final int number;
    private final int memoryMib;
    private final Firmware firmware;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<Disk> disks;

    Machine(String label, int number, int memoryMib, Firmware firmware, List<Disk> disks) {
        this.label = label;
        this.number = number;
        this.memoryMib = memoryMib;
        this.firmware = firmware;
        this.disks = disks;
    }

    /**
     * The machine of this name.
     *
     * @throws LifeboatException with {@link ErrorCode#LAB_MACHINE_UNKNOWN}
     */
    public static Machine named(String name) {
        return Arrays.stream(values())
                .filter(machine -> machine.label.equals(name))
                .findFirst()
                .orElseThrow(() -> new LifeboatException(
                        ErrorCode.LAB_MACHINE_UNKNOWN, "There is no machine named '%s' in a lab.".formatted(name)));
    }

    /** The machines of a lab for which none were named. */
    public static List<Machine> usual() {
        return List.of(WEB, DB, SCRIBE);
    }

    /** The host it runs on until it is recovered elsewhere. */
    public LabHost home() {
        return LabHost.PRIMARY_1;
    }

    /** The address that its site's DHCP server keeps for it. */
    public String address(Place site) {
        return site.address(number);
    }

    /** The address of the network card that its site knows, from QEMU's own range. */
    String mac() {
        return "52:54:00:1b:0a:%02x".formatted(number);
    }

    /** The address of a second network card, which only some have. */
    String secondMac() {
        return "52:54:00:1b:0b:%02x".formatted(number);
    }

    int memoryMib() {
        return memoryMib;
    }

    Firmware firmware() {
        return firmware;
    }

    List<Disk> disks() {
        return disks;
    }

    @Override
    public String toString() {
        return label;
    }
}
