package dev.lifeboat.replication;

import dev.lifeboat.hypervisor.CheckpointName;
import dev.lifeboat.hypervisor.DiskDescription;
import dev.lifeboat.hypervisor.MachineDescription;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.NetworkInterface;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.vault.key.StrictJson;
import dev.lifeboat.vault.point.MachineRecord;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.Deflater;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a point says of a machine besides its disks' content, as the JSON that {@code docs/formats/machine.md}
 * describes; and the little of it that the next cycle goes by. A point that somebody else made, such as an import, may
 * say nothing.
 *
 * @param id what the hypervisor knows the machine by
 * @param checkpoint since which changes are to be asked for on top of this point
 * @param off whether the machine was off, so that nothing changes until it runs
 */
record MachineDocument(Optional<MachineId> id, Optional<CheckpointName> checkpoint, boolean off) {

    private static final String FORMAT = "lifeboat-machine";
    private static final int VERSION = 0;
    private static final int BUFFER_BYTES = 4096;

    /** What a point says of a machine. */
    static MachineDocument of(MachineRecord record) {
        ObjectNode json = record.description();
        try {
            return new MachineDocument(
                    text(json, "uuid").map(uuid -> new MachineId(UUID.fromString(uuid))),
                    text(json, "checkpoint").map(CheckpointName::new),
                    text(json, "power").filter("off"::equals).isPresent());
        } catch (IllegalArgumentException e) {
            // Whoever wrote it did not mean us; nothing is lost but time.
            return new MachineDocument(Optional.empty(), Optional.empty(), false);
        }
    }

    private static Optional<String> text(ObjectNode json, String key) {
        JsonNode value = json.path(key);
        return value.isString() ? Optional.of(value.stringValue()) : Optional.empty();
    }

    /**
     * The description for a point.
     *
     * @param plan how the machine was before anything was held: whether it ran, and the addresses of its guest, which
     *     nobody can ask for while it is held
     * @param machine at the moment of the point
     * @param checkpoint that was made at that moment
     */
    static ObjectNode write(MachinePlan plan, MachineDescription machine, CheckpointName checkpoint) {
        PowerState power = plan.off() ? PowerState.OFF : plan.machine().state();
        ObjectNode json = StrictJson.object()
                .put("format", FORMAT)
                .put("version", VERSION)
                .put("uuid", machine.machine().id().toString())
                .put("host", machine.host())
                .put("power", power.name().toLowerCase(Locale.ROOT))
                .put("checkpoint", checkpoint.value())
                .put("kind", machine.kind())
                .put("definition", machine.definition());
        ArrayNode disks = json.putArray("disks");
        machine.disks().forEach(disk -> write(disk, disks.addObject()));
        ArrayNode interfaces = json.putArray("interfaces");
        plan.description().interfaces().forEach(one -> write(one, interfaces.addObject()));
        ObjectNode files = json.putObject("files");
        new TreeMap<>(machine.files())
                .forEach((name, content) -> files.putObject(name)
                        .put("size", content.length)
                        .put("deflated", Base64.getEncoder().encodeToString(deflated(content))));
        ArrayNode notCovered = json.putArray("notCovered");
        machine.notCovered().forEach(notCovered::add);
        return json;
    }

    private static void write(DiskDescription disk, ObjectNode json) {
        json.put("name", disk.name())
                .put("bus", disk.bus())
                .put("size", disk.size())
                .put("format", disk.format())
                .put("source", disk.source());
        json.put(
                "tracking",
                switch (disk.tracking()) {
                    case PERSISTENT -> "persistent";
                    case WHILE_RUNNING -> "while-running";
                    case NONE -> "none";
                });
        disk.notCovered().ifPresent(why -> json.put("notCovered", why));
    }

    private static void write(NetworkInterface one, ObjectNode json) {
        json.put("mac", one.mac()).put("network", one.network()).put("model", one.model());
        ArrayNode addresses = json.putArray("addresses");
        one.addresses().forEach(addresses::add);
    }

    /** Firmware variables are half a MiB of almost nothing; a point is made every few seconds. */
    private static byte[] deflated(byte[] content) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
        try {
            deflater.setInput(content);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] buffer = new byte[BUFFER_BYTES];
            while (!deflater.finished()) {
                out.write(buffer, 0, deflater.deflate(buffer));
            }
            return out.toByteArray();
        } finally {
            deflater.end();
        }
    }
}
