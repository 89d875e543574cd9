package dev.lifeboat.lab;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.util.Arrays;
import java.util.List;

/** The virtual machines that a lab can run at its primary site. */
public enum Machine {
    /** The shop's front: nginx, the order service and its ledger. Boots by BIOS. */
    WEB("web", 10, 512, Firmware.BIOS, List.of(new Disk("vda", "web", "disk.qcow2", "web-root"))),
    /** The shop's database: PostgreSQL on a data disk of its own. Boots by UEFI. */
    DB(
            "db",
            11,
            768,
            Firmware.UEFI,
            List.of(new Disk("vda", "db", "disk.qcow2", "db-root"), new Disk("vdb", "db", "data.qcow2", "shop-data"))),
    /** A tiny guest that writes numbered records to a raw disk; up in seconds. Boots by BIOS. */
    SCRIBE(
            "scribe",
            12,
            128,
            Firmware.BIOS,
            List.of(
                    new Disk("vda", "scribe", "disk.qcow2", "scribe-root"),
                    new Disk("vdb", "scribe", "data.qcow2", "scribe-data")));

    /** The two that make up the shop, in the order in which they are to be started. */
    public static final List<Machine> SHOP = List.of(DB, WEB);

    /** Where a machine's firmware comes from. */
    enum Firmware {
        BIOS,
        UEFI
    }

    /**
     * A disk of a machine.
     *
     * @param target its name at the machine's virtio bus
     * @param image the guest image it is a copy of
     * @param file the file within the guest image
     * @param serial the serial number the guest sees, at most 20 characters (virtio)
     */
    record Disk(String target, String image, String file, String serial) {

        /** The name of the disk's file on its host. */
        String fileOf(Machine machine) {
            return machine + "-" + target + ".qcow2";
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

    /** The host it runs on until it is recovered elsewhere. */
    public LabHost home() {
        return LabHost.PRIMARY_1;
    }

    /** The address that its site's DHCP server keeps for it. */
    public String address(Place site) {
        return site.address(number);
    }

    /** The address of its network card, from QEMU's own range. */
    String mac() {
        return "52:54:00:1b:0a:%02x".formatted(number);
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
