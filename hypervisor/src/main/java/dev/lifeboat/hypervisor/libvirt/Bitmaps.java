package dev.lifeboat.hypervisor.libvirt;

import dev.lifeboat.hypervisor.CheckpointState.Tracking;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The dirty bitmaps that QEMU really has, by its own monitor (https://www.qemu.org/docs/master/interop/bitmaps.html):
 * libvirt tells what checkpoints there were, not whether their bitmaps still are.
 */
final class Bitmaps {

    private static final String QUESTION = "{\"execute\":\"query-named-block-nodes\",\"arguments\":{\"flat\":true}}";

    private final Map<String, JsonNode> byNode;

    private Bitmaps(Map<String, JsonNode> byNode) {
        this.byNode = byNode;
    }

    static Bitmaps of(Domain domain) throws LibvirtFailure {
        return parse(domain.monitor(QUESTION));
    }

    /** What an answer of {@code query-named-block-nodes} tells. */
    static Bitmaps parse(String answer) {
        Map<String, JsonNode> byNode = new HashMap<>();
        for (JsonNode node : JsonMapper.shared().readTree(answer).path("return")) {
            byNode.put(node.path("node-name").asString(""), node.path("dirty-bitmaps"));
        }
        return new Bitmaps(byNode);
    }

    /**
     * What a chain of bitmaps, the oldest first, knows of a disk: each tells the changes up to the next, and the last
     * must still be recording.
     */
    Tracking of(DomainDisk disk, List<String> chain) {
        if (chain.isEmpty()) {
            return Tracking.MISSING;
        }
        Tracking worst = Tracking.INTACT;
        for (int i = 0; i < chain.size(); i++) {
            boolean last = i == chain.size() - 1;
            Tracking one = one(disk, chain.get(i), last);
            if (one == Tracking.MISSING) {
                return Tracking.MISSING;
            }
            if (one == Tracking.INCONSISTENT) {
                worst = Tracking.INCONSISTENT;
            }
        }
        return worst;
    }

    private Tracking one(DomainDisk disk, String bitmap, boolean mustRecord) {
        Optional<JsonNode> found = find(disk, bitmap);
        if (found.isEmpty()) {
            return Tracking.MISSING;
        }
        JsonNode state = found.get();
        boolean believable = state.path("persistent").asBoolean(false)
                && !state.path("inconsistent").asBoolean(false)
                && (!mustRecord || state.path("recording").asBoolean(false));
        return believable ? Tracking.INTACT : Tracking.INCONSISTENT;
    }

    boolean has(DomainDisk disk, String bitmap) {
        return find(disk, bitmap).isPresent();
    }

    /** The node of a disk that has this bitmap. */
    Optional<String> nodeOf(DomainDisk disk, String bitmap) {
        return disk.nodeNames().stream()
                .filter(node -> bitmapOf(node, bitmap).isPresent())
                .findFirst();
    }

    private Optional<JsonNode> find(DomainDisk disk, String bitmap) {
        return nodeOf(disk, bitmap).flatMap(node -> bitmapOf(node, bitmap));
    }

    private Optional<JsonNode> bitmapOf(String node, String bitmap) {
        JsonNode bitmaps = byNode.get(node);
        if (bitmaps == null) {
            return Optional.empty();
        }
        return bitmaps.valueStream()
                .filter(one -> one.path("name").asString("").equals(bitmap))
                .findFirst();
    }
}
