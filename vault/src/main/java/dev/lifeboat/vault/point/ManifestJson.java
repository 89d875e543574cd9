package dev.lifeboat.vault.point;

import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.key.Name;
import dev.lifeboat.vault.key.SessionId;
import dev.lifeboat.vault.pack.Digest128;
import dev.lifeboat.vault.pack.PackId;
import dev.lifeboat.vault.pack.SlotAddress;
import dev.lifeboat.vault.tree.TreeRoot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The manifest of a point as the JSON that {@code docs/formats/vault.md} describes under "Points". */
public final class ManifestJson {

    /** No point has more machines, nor a machine more disks. */
    private static final int MOST_PARTS = 10_000;

    private static final int SHA256_LENGTH = 32;

    private ManifestJson() {}

    /** The manifest as JSON, for the vault of this id. */
    public static ObjectNode write(PointManifest point, String vault) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("vault", vault)
                .put("group", point.id().group())
                .put("epoch", point.id().epoch())
                .put("slot", point.id().slot())
                .put("writer", point.writer())
                .put("session", point.session().toString())
                .put("taken", point.taken().toEpochMilli())
                .put("published", point.published().toEpochMilli())
                .put("consistency", point.consistency().code())
                .put("groupConsistent", point.groupConsistent());
        PointManifest.Parent parent = point.parent();
        if (parent == null) {
            json.putNull("parent");
        } else {
            json.putObject("parent")
                    .put("epoch", parent.epoch())
                    .put("slot", parent.slot())
                    .put("digest", parent.digest());
        }
        ArrayNode machines = json.putArray("machines");
        point.machines().forEach(machine -> write(machine, machines.addObject()));
        ArrayNode sessions = json.putArray("sessions");
        point.sessions()
                .forEach(one -> sessions.addObject()
                        .put("writer", one.writer())
                        .put("session", one.session().toString()));
        PointStatistics statistics = point.statistics();
        json.putObject("statistics")
                .put("readBytes", statistics.readBytes())
                .put("newBlocks", statistics.newBlocks())
                .put("storedBytes", statistics.storedBytes())
                .put("packs", statistics.packs());
        return json;
    }

    private static void write(MachineRecord machine, ObjectNode json) {
        json.put("name", machine.name()).set("description", machine.description());
        ArrayNode disks = json.putArray("disks");
        machine.disks().forEach(disk -> write(disk, disks.addObject()));
    }

    /** Writes a disk as it is written in a point. */
    public static void write(DiskRecord disk, ObjectNode json) {
        json.put("name", disk.name()).put("size", disk.size()).put("stored", disk.stored());
        write(disk.root(), json.putObject("root"));
    }

    /**
     * The disk that a JSON object is.
     *
     * @throws IllegalArgumentException when it is none, saying what is wrong
     */
    public static DiskRecord readDisk(JsonNode json) {
        try {
            return disk(new Fields(json));
        } catch (LifeboatException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static void write(TreeRoot root, ObjectNode json) {
        switch (root) {
            case TreeRoot.Hole() -> json.put("state", "hole");
            case TreeRoot.Zero() -> json.put("state", "zero");
            case TreeRoot.Node(var address, var hash) ->
                json.put("state", "node")
                        .put("pack", address.pack().toString())
                        .put("slot", address.slot())
                        .put("offset", address.offset())
                        .put("length", address.length())
                        .put("hash", hash.toString());
        }
    }

    /**
     * The manifest that a JSON object is.
     *
     * @throws IllegalArgumentException when it is none, saying what is wrong
     */
    public static PointManifest read(JsonNode json) {
        try {
            return read(new Fields(json));
        } catch (LifeboatException e) {
            // A person's typing error elsewhere, here a name that is none is a part of no manifest.
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static PointManifest read(Fields fields) {
        PointId id = new PointId(fields.text("group"), fields.integer("epoch"), fields.number("slot"));
        Fields statistics = fields.object("statistics");
        return new PointManifest(
                id,
                Name.require("writer", fields.text("writer")),
                sessionId(fields),
                Instant.ofEpochMilli(fields.number("taken")),
                Instant.ofEpochMilli(fields.number("published")),
                Consistency.of(fields.text("consistency")),
                fields.flag("groupConsistent"),
                parent(fields, id),
                list(fields, "machines", ManifestJson::machine),
                list(fields, "sessions", ManifestJson::session),
                new PointStatistics(
                        statistics.number("readBytes"),
                        statistics.number("newBlocks"),
                        statistics.number("storedBytes"),
                        statistics.integer("packs")));
    }

    private static PointManifest.@Nullable Parent parent(Fields fields, PointId child) {
        if (fields.isNull("parent")) {
            return null;
        }
        Fields parent = fields.object("parent");
        String digest = parent.text("digest");
        bytes(digest, SHA256_LENGTH);
        PointId id = new PointId(child.group(), parent.integer("epoch"), parent.number("slot"));
        if (id.compareTo(child) >= 0) {
            // Who follows the parents must come to an end.
            throw new IllegalArgumentException("the parent of %s is %s".formatted(child, id));
        }
        return new PointManifest.Parent(id.epoch(), id.slot(), digest);
    }

    private static MachineRecord machine(Fields fields) {
        return new MachineRecord(
                Name.require("machine", fields.text("name")),
                fields.object("description").json(),
                list(fields, "disks", ManifestJson::disk));
    }

    private static DiskRecord disk(Fields fields) {
        return new DiskRecord(
                Name.require("disk", fields.text("name")),
                fields.number("size"),
                fields.number("stored"),
                root(fields.object("root")));
    }

    private static TreeRoot root(Fields fields) {
        String state = fields.text("state");
        return switch (state) {
            case "hole" -> new TreeRoot.Hole();
            case "zero" -> new TreeRoot.Zero();
            case "node" ->
                new TreeRoot.Node(
                        new SlotAddress(
                                PackId.parse(fields.text("pack")),
                                fields.integer("slot"),
                                fields.integer("offset"),
                                fields.integer("length")),
                        digest(fields.text("hash")));
            default -> throw new IllegalArgumentException("a tree's root in state " + state);
        };
    }

    private static Digest128 digest(String text) {
        return Digest128.first(bytes(text, Digest128.LENGTH));
    }

    /** So many bytes in hexadecimal, which has small letters in the vault. */
    private static byte[] bytes(String text, int length) {
        byte[] bytes = HexFormat.of().parseHex(text);
        if (bytes.length != length || !HexFormat.of().formatHex(bytes).equals(text)) {
            throw new IllegalArgumentException("a digest " + text);
        }
        return bytes;
    }

    private static SessionId sessionId(Fields fields) {
        return SessionId.parse(fields.text("session"))
                .orElseThrow(() -> new IllegalArgumentException("session has a wrong value"));
    }

    private static SessionRef session(Fields fields) {
        return new SessionRef(fields.text("writer"), sessionId(fields));
    }

    private static <T> List<T> list(Fields fields, String name, Function<Fields, T> reader) {
        JsonNode array = fields.array(name);
        if (array.size() > MOST_PARTS) {
            throw new IllegalArgumentException("%d %s".formatted(array.size(), name));
        }
        List<T> list = new ArrayList<>(array.size());
        for (JsonNode one : array) {
            list.add(reader.apply(new Fields(one)));
        }
        return list;
    }
}
