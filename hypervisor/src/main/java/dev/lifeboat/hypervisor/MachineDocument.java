package dev.lifeboat.hypervisor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a point says of a machine besides the content of its disks, as the JSON that {@code docs/formats/machine.md}
 * describes. Who recovers the machine makes it again from that; the next cycle goes on from its checkpoint.
 *
 * @param description of the machine, with the state that it was in before anything was held
 * @param checkpoint that was made at the moment of the point; changes since it are to be asked for on top of the point
 * @param over the checkpoint that the machine had from its beginning ({@link CheckpointName#ofRecovery}), when its
 *     disks lay over those of a point: they can differ from the point that this is of only in what their own images
 *     have, on the host that knows the checkpoint of this moment
 */
public record MachineDocument(
        MachineDescription description, CheckpointName checkpoint, Optional<CheckpointName> over) {

    private static final String FORMAT = "lifeboat-machine";
    private static final int VERSION = 0;

    /** Of a machine whose disks lay over nothing that is known. */
    public MachineDocument(MachineDescription description, CheckpointName checkpoint) {
        this(description, checkpoint, Optional.empty());
    }

    /** Whether the machine was off, so that nothing of it changes until it runs. */
    public boolean off() {
        return description.machine().state() == PowerState.OFF;
    }

    /** What the hypervisor knew the machine by. */
    public MachineId id() {
        return description.machine().id();
    }

    /**
     * What a point says of a machine.
     *
     * @param name of the machine in the point
     * @return empty when somebody else wrote it, such as an import, who may say nothing; or a version to come
     */
    public static Optional<MachineDocument> read(String name, ObjectNode json) {
        if (!json.path("format").asString("").equals(FORMAT)
                || json.path("version").asInt(-1) != VERSION) {
            return Optional.empty();
        }
        try {
            Machine machine = new Machine(
                    new MachineId(UUID.fromString(text(json, "uuid"))),
                    name,
                    constant(PowerState.class, json, "power"));
            return Optional.of(new MachineDocument(
                    new MachineDescription(
                            machine,
                            text(json, "host"),
                            text(json, "kind"),
                            text(json, "definition"),
                            list(json, "disks", MachineDocument::disk),
                            list(json, "interfaces", MachineDocument::networkInterface),
                            files(json.path("files")),
                            list(json, "notCovered", JsonNode::stringValue)),
                    new CheckpointName(text(json, "checkpoint")),
                    json.has("over") ? Optional.of(new CheckpointName(text(json, "over"))) : Optional.empty()));
        } catch (RuntimeException e) {
            // It is signed by a writer of the vault, so this is a mistake of ours or of a stranger's: as good as
            // nothing.
            return Optional.empty();
        }
    }

    private static String text(JsonNode json, String key) {
        return json.required(key).stringValue();
    }

    private static <E extends Enum<E>> E constant(Class<E> type, JsonNode json, String key) {
        return Enum.valueOf(type, text(json, key).toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private static <T> List<T> list(JsonNode json, String key, Function<JsonNode, T> one) {
        List<T> read = new ArrayList<>();
        json.required(key).forEach(element -> read.add(one.apply(element)));
        return read;
    }

    private static DiskDescription disk(JsonNode json) {
        return new DiskDescription(
                text(json, "name"),
                text(json, "bus"),
                json.required("size").longValue(),
                text(json, "format"),
                text(json, "source"),
                constant(DiskDescription.TrackingKind.class, json, "tracking"),
                json.has("notCovered") ? Optional.of(text(json, "notCovered")) : Optional.empty());
    }

    private static NetworkInterface networkInterface(JsonNode json) {
        return new NetworkInterface(
                text(json, "mac"),
                text(json, "network"),
                text(json, "model"),
                list(json, "addresses", JsonNode::stringValue));
    }

    private static Map<String, byte[]> files(JsonNode json) {
        Map<String, byte[]> files = new HashMap<>();
        json.properties()
                .forEach(file -> files.put(
                        file.getKey(),
                        Deflated.inflate(
                                text(file.getValue(), "deflated"),
                                file.getValue().required("size").intValue())));
        return files;
    }

    /** The JSON for a point. */
    public ObjectNode toJson() {
        Machine machine = description.machine();
        ObjectNode json = new ObjectNode(JsonNodeFactory.instance)
                .put("format", FORMAT)
                .put("version", VERSION)
                .put("uuid", machine.id().toString())
                .put("host", description.host())
                .put("power", word(machine.state()))
                .put("checkpoint", checkpoint.value())
                .put("kind", description.kind())
                .put("definition", description.definition());
        over.ifPresent(name -> json.put("over", name.value()));
        ArrayNode disks = json.putArray("disks");
        description.disks().forEach(disk -> write(disk, disks.addObject()));
        ArrayNode interfaces = json.putArray("interfaces");
        description.interfaces().forEach(one -> write(one, interfaces.addObject()));
        ObjectNode files = json.putObject("files");
        new TreeMap<>(description.files())
                .forEach((name, content) ->
                        files.putObject(name).put("size", content.length).put("deflated", Deflated.deflate(content)));
        ArrayNode notCovered = json.putArray("notCovered");
        description.notCovered().forEach(notCovered::add);
        return json;
    }

    private static void write(DiskDescription disk, ObjectNode json) {
        json.put("name", disk.name())
                .put("bus", disk.bus())
                .put("size", disk.size())
                .put("format", disk.format())
                .put("source", disk.source())
                .put("tracking", word(disk.tracking()).replace('_', '-'));
        disk.notCovered().ifPresent(why -> json.put("notCovered", why));
    }

    private static void write(NetworkInterface one, ObjectNode json) {
        json.put("mac", one.mac()).put("network", one.network()).put("model", one.model());
        ArrayNode addresses = json.putArray("addresses");
        one.addresses().forEach(addresses::add);
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
