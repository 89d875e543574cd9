package dev.lifeboat.vault.point;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.lifeboat.vault.key.SessionId;
import dev.lifeboat.vault.pack.Digest128;
import dev.lifeboat.vault.pack.PackId;
import dev.lifeboat.vault.pack.SlotAddress;
import dev.lifeboat.vault.tree.TreeRoot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class ManifestJsonTest {

    private static final ObjectMapper JSON = new JsonMapper();
    private static final String VAULT = "00112233445566778899aabbccddeeff";

    @Test
    void aManifestIsReadAsItWasWritten() {
        for (long seed = 0; seed < 500; seed++) {
            PointManifest point = random(seeded(seed));
            ObjectNode json = ManifestJson.write(point, VAULT);
            assertThat(ManifestJson.read(json)).as("seed %d", seed).isEqualTo(point);
            assertThat(ManifestJson.read(JSON.readTree(JSON.writeValueAsBytes(json))))
                    .as("seed %d", seed)
                    .isEqualTo(point);
        }
    }

    @Test
    void aManifestHasTheKeysThatThePageNames() {
        PointManifest point = withEverything();
        assertThat(JSON.readTree(JSON.writeValueAsString(ManifestJson.write(point, VAULT))))
                .isEqualTo(JSON.readTree("""
                        {"vault": "00112233445566778899aabbccddeeff", "group": "shop", "epoch": 2, "slot": 7,
                         "writer": "agent-1", "session": "00000000000000ff", "taken": 1000, "published": 2000,
                         "consistency": "application", "groupConsistent": true,
                         "parent": {"epoch": 1, "slot": 9,
                           "digest": "0101010101010101010101010101010101010101010101010101010101010101"},
                         "machines": [{"name": "db", "description": {"memory": 4}, "disks": [
                           {"name": "vda", "size": 100000, "stored": 2, "root": {"state": "node",
                             "pack": "00000000000000ff0000000000000003", "slot": 4, "offset": 32, "length": 60,
                             "hash": "00000000000000050000000000000006"}},
                           {"name": "vdb", "size": 65536, "stored": 0, "root": {"state": "zero"}},
                           {"name": "vdc", "size": 0, "stored": 0, "root": {"state": "hole"}}]}],
                         "sessions": [{"writer": "agent-1", "session": "00000000000000ff"}],
                         "statistics": {"readBytes": 1, "newBlocks": 2, "storedBytes": 3, "packs": 4}}
                        """));
    }

    @Test
    void aManifestKnowsItsMachinesAndTheirDisksByName() {
        PointManifest point = withEverything();
        assertThat(point.machine("db").flatMap(machine -> machine.disk("vdb")))
                .hasValueSatisfying(disk -> assertThat(disk.shape().blocks()).isEqualTo(1));
        assertThat(point.machine("web")).isEmpty();
        assertThat(point.machine("db").flatMap(machine -> machine.disk("sda"))).isEmpty();
    }

    @Test
    void keysThatNobodyKnowsAreIgnoredEverywhere() {
        ObjectNode json = ManifestJson.write(withEverything(), VAULT);
        for (ObjectNode object : objects(json)) {
            object.put("zz-unknown", 5).putArray("zz-more").addObject();
        }
        PointManifest read = ManifestJson.read(json);
        assertThat(ManifestJson.write(read, VAULT).properties())
                .as("all but the description, which is kept as it is")
                .hasSameSizeAs(ManifestJson.write(withEverything(), VAULT).properties());
        assertThat(read.machine("db").orElseThrow().disks())
                .isEqualTo(withEverything().machine("db").orElseThrow().disks());
    }

    @Test
    void everyKeyIsRequiredAndOfItsType() {
        int tried = 0;
        List<ObjectNode> objects = objects(ManifestJson.write(withEverything(), VAULT));
        for (int number = 0; number < objects.size(); number++) {
            for (String key : List.copyOf(objects.get(number).propertyNames())) {
                if (key.equals("vault") || key.equals("memory")) {
                    continue;
                }
                for (String value :
                        List.of("", "null", "true", "-1", "1.5", "9223372036854775808", "\"\"", "[0]", "{}")) {
                    ObjectNode json = ManifestJson.write(withEverything(), VAULT);
                    ObjectNode object = objects(json).get(number);
                    if (value.isEmpty()) {
                        object.remove(key);
                    } else {
                        object.set(key, JSON.readTree(value));
                    }
                    if (isFine(key, value)) {
                        ManifestJson.read(json);
                    } else {
                        assertThatIllegalArgumentException()
                                .as("%s: %s", key, value)
                                .isThrownBy(() -> ManifestJson.read(json));
                        tried++;
                    }
                }
            }
        }
        assertThat(tried).isGreaterThan(250);
    }

    private static boolean isFine(String key, String value) {
        return (key.equals("parent") && value.equals("null"))
                || (key.equals("groupConsistent") && value.equals("true"))
                || (key.equals("description") && value.equals("{}"));
    }

    @ParameterizedTest
    @CsvSource({
        "group, '\"a/b\"'",
        "writer, '\"a b\"'",
        "epoch, 0",
        "epoch, 4294967297",
        "slot, 0",
        "slot, 10000000000",
        "session, '\"00000000000000FF\"'",
        "session, '\"0000000000000ff\"'",
        "consistency, '\"CRASH\"'",
        "machines, '[5]'",
        "sessions, '[{\"writer\": \"..\", \"session\": \"00000000000000ff\"}]'",
        "sessions, '[{\"writer\": \"a\", \"session\": \"xx\"}]'"
    })
    void aManifestWithAnImpossibleValueIsNone(String key, String value) {
        ObjectNode json = ManifestJson.write(withEverything(), VAULT);
        json.set(key, JSON.readTree(value));
        assertThatIllegalArgumentException().isThrownBy(() -> ManifestJson.read(json));
    }

    @ParameterizedTest
    @CsvSource({
        "pack, '\"00000000000000FF0000000000000003\"'",
        "pack, '\"ff\"'",
        "slot, 65535",
        "offset, 2147483648",
        "length, 16777216",
        "hash, '\"0000000000000005000000000000000\"'",
        "hash, '\"000000000000000500000000000000AB\"'",
        "hash, '\"zz000000000000050000000000000006\"'",
        "state, '\"full\"'"
    })
    void aRootThatCannotBeIsNone(String key, String value) {
        ObjectNode json = ManifestJson.write(withEverything(), VAULT);
        ((ObjectNode) json.at("/machines/0/disks/0/root")).set(key, JSON.readTree(value));
        assertThatIllegalArgumentException().isThrownBy(() -> ManifestJson.read(json));
    }

    @Test
    void aDiskHasASizeForItsBlocksAndItsTree() {
        TreeRoot zero = new TreeRoot.Zero();
        assertThatIllegalArgumentException().isThrownBy(() -> new DiskRecord("vda", -1, 0, zero));
        assertThatIllegalArgumentException().isThrownBy(() -> new DiskRecord("vda", 65_536, -1, zero));
        assertThatIllegalArgumentException().isThrownBy(() -> new DiskRecord("vda", 65_536, 2, zero));
        assertThatIllegalArgumentException().isThrownBy(() -> new DiskRecord("vda", 0, 0, zero));
        assertThatIllegalArgumentException().isThrownBy(() -> new DiskRecord("vda", Long.MAX_VALUE, 0, zero));
        assertThat(new DiskRecord("vda", 65_537, 2, zero).shape().blocks()).isEqualTo(2);
    }

    @Test
    void aParentIsAnEarlierPoint() {
        for (String wrong : List.of(
                "{\"epoch\": 2, \"slot\": 7, \"digest\": \"%s\"}",
                "{\"epoch\": 3, \"slot\": 1, \"digest\": \"%s\"}",
                "{\"epoch\": 1, \"slot\": 0, \"digest\": \"%s\"}",
                "{\"epoch\": 0, \"slot\": 1, \"digest\": \"%s\"}",
                "{\"epoch\": 1, \"slot\": 1, \"digest\": \"%s0\"}")) {
            ObjectNode json = ManifestJson.write(withEverything(), VAULT);
            json.set("parent", JSON.readTree(wrong.formatted("ab".repeat(32))));
            assertThatIllegalArgumentException().as(wrong).isThrownBy(() -> ManifestJson.read(json));
        }
        ObjectNode capitals = ManifestJson.write(withEverything(), VAULT);
        ((ObjectNode) capitals.get("parent")).put("digest", "AB".repeat(32));
        assertThatIllegalArgumentException().isThrownBy(() -> ManifestJson.read(capitals));
        assertThat(PointManifest.Parent.of(new PointId("shop", 1, 9), bytes(1)))
                .isEqualTo(withEverything().parent());
    }

    @Test
    void moreMachinesThanThereCanBeAreRefused() {
        ObjectNode json = ManifestJson.write(withEverything(), VAULT);
        ArrayNode sessions = json.putArray("sessions");
        for (int i = 0; i < 10_001; i++) {
            sessions.addObject();
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ManifestJson.read(json))
                .withMessageContaining("10001 sessions");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "5", "null", "\"x\"", "{}"})
    void whatIsNoObjectIsNoManifest(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> ManifestJson.read(JSON.readTree(text)));
    }

    @Test
    void whateverTheJsonAManifestOrARefusalComesOfIt() {
        int read = 0;
        for (long seed = 0; seed < 10_000; seed++) {
            RandomGenerator random = seeded(seed);
            ObjectNode json = ManifestJson.write(random(random), VAULT);
            for (int hits = 1 + random.nextInt(3); hits > 0; hits--) {
                List<ObjectNode> objects = objects(json);
                ObjectNode hit = objects.get(random.nextInt(objects.size()));
                List<String> keys = List.copyOf(hit.propertyNames());
                if (!keys.isEmpty()) {
                    hit.set(keys.get(random.nextInt(keys.size())), anything(random, objects));
                }
            }
            try {
                PointManifest point = ManifestJson.read(json);
                assertThat(ManifestJson.read(ManifestJson.write(point, VAULT))).isEqualTo(point);
                read++;
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).as("seed %d", seed).isNotBlank();
            }
        }
        assertThat(read).isBetween(100, 9000);
    }

    private static JsonNode anything(RandomGenerator random, List<ObjectNode> objects) {
        JsonNodeFactory make = JsonNodeFactory.instance;
        return switch (random.nextInt(9)) {
            case 0 -> make.nullNode();
            case 1 -> make.booleanNode(random.nextBoolean());
            case 2 -> make.numberNode(random.nextLong());
            case 3 -> make.numberNode(random.nextInt(100));
            case 4 -> make.numberNode(random.nextDouble());
            case 5 -> make.stringNode("x".repeat(random.nextInt(70)));
            case 6 -> make.stringNode(Long.toHexString(random.nextLong()));
            case 7 ->
                make.arrayNode().add(objects.get(random.nextInt(objects.size())).deepCopy());
            default -> objects.get(random.nextInt(objects.size())).deepCopy();
        };
    }

    /** The object and all in it, from the top. */
    private static List<ObjectNode> objects(JsonNode json) {
        List<ObjectNode> objects = new ArrayList<>();
        if (json instanceof ObjectNode object) {
            objects.add(object);
        }
        json.forEach(child -> objects.addAll(objects(child)));
        return objects;
    }

    private static PointManifest withEverything() {
        SessionId session = new SessionId(255);
        TreeRoot root = new TreeRoot.Node(new SlotAddress(new PackId(session, 3), 4, 32, 60), new Digest128(5, 6));
        return new PointManifest(
                new PointId("shop", 2, 7),
                "agent-1",
                session,
                Instant.ofEpochMilli(1000),
                Instant.ofEpochMilli(2000),
                Consistency.APPLICATION,
                true,
                PointManifest.Parent.of(new PointId("shop", 1, 9), bytes(1)),
                List.of(new MachineRecord(
                        "db",
                        JsonNodeFactory.instance.objectNode().put("memory", 4),
                        List.of(
                                new DiskRecord("vda", 100_000, 2, root),
                                new DiskRecord("vdb", 65_536, 0, new TreeRoot.Zero()),
                                new DiskRecord("vdc", 0, 0, new TreeRoot.Hole())))),
                List.of(new SessionRef("agent-1", session)),
                new PointStatistics(1, 2, 3, 4));
    }

    private static PointManifest random(RandomGenerator random) {
        PointId id = new PointId("g" + random.nextInt(100), 2 + random.nextInt(1000), 1 + random.nextLong(1_000_000));
        List<MachineRecord> machines = new ArrayList<>();
        for (int m = random.nextInt(3); m > 0; m--) {
            List<DiskRecord> disks = new ArrayList<>();
            for (int d = random.nextInt(3); d > 0; d--) {
                long size = 1 + random.nextLong(1L << 50);
                disks.add(new DiskRecord("vd" + d, size, random.nextLong(1 + size / 65_536), root(random)));
            }
            ObjectNode description = JsonNodeFactory.instance.objectNode();
            if (random.nextBoolean()) {
                description
                        .put("ü", random.nextInt())
                        .putArray("list")
                        .addObject()
                        .putNull("nothing");
            }
            machines.add(new MachineRecord("machine-" + m, description, disks));
        }
        List<SessionRef> sessions = new ArrayList<>();
        for (int s = random.nextInt(4); s > 0; s--) {
            sessions.add(new SessionRef("writer" + s, SessionId.generate(random)));
        }
        return new PointManifest(
                id,
                "w.r_i-ter",
                SessionId.generate(random),
                Instant.ofEpochMilli(random.nextLong(1L << 42)),
                Instant.ofEpochMilli(random.nextLong(1L << 42)),
                random.nextBoolean() ? Consistency.CRASH : Consistency.APPLICATION,
                random.nextBoolean(),
                random.nextBoolean() ? null : PointManifest.Parent.of(new PointId(id.group(), 1, 5), bytes(0xfe)),
                machines,
                sessions,
                new PointStatistics(
                        random.nextLong(1L << 60), random.nextLong(1L << 40), random.nextLong(1L << 60), 7));
    }

    private static TreeRoot root(RandomGenerator random) {
        return switch (random.nextInt(3)) {
            case 0 -> new TreeRoot.Hole();
            case 1 -> new TreeRoot.Zero();
            default ->
                new TreeRoot.Node(
                        new SlotAddress(
                                new PackId(SessionId.generate(random), random.nextLong()),
                                random.nextInt(65_535),
                                random.nextInt(1 << 26),
                                random.nextInt(4096)),
                        new Digest128(random.nextLong(), random.nextLong()));
        };
    }

    private static byte[] bytes(int value) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static RandomGenerator seeded(long seed) {
        return RandomGeneratorFactory.of("Xoshiro256PlusPlus").create(seed);
    }
}
