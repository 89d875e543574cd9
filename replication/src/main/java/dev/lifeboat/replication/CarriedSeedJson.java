package dev.lifeboat.replication;

import dev.lifeboat.vault.key.SessionId;
import dev.lifeboat.vault.key.StrictJson;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The part of a {@link PassJournal} that says what is carried, and where. */
final class CarriedSeedJson {

    private static final int MOST_SESSIONS = 10_000;

    private CarriedSeedJson() {}

    static void write(CarriedSeed carried, ObjectNode json) {
        json.put("folder", carried.folder().toString())
                .put("bytes", carried.packs().bytes())
                .put("complete", carried.complete())
                .put("arrived", carried.arrived());
        ArrayNode sessions = json.putArray("packs");
        Map<SessionId, ArrayNode> numbers = new LinkedHashMap<>();
        carried.packs()
                .forEachRun((session, first, last) -> numbers.computeIfAbsent(
                                session,
                                one -> sessions.addObject()
                                        .put("session", one.hex())
                                        .putArray("numbers"))
                        .add(first)
                        .add(last));
    }

    static CarriedSeed read(StrictJson json) {
        Map<SessionId, int[]> runs = new LinkedHashMap<>();
        for (StrictJson one : json.objects("packs", MOST_SESSIONS)) {
            var numbers = one.content().path("numbers");
            int[] bounds = new int[numbers.size()];
            for (int i = 0; i < bounds.length; i++) {
                bounds[i] = numbers.get(i).intValue();
            }
            runs.put(SessionId.of(one.bytes("session", SessionId.BYTES)), bounds);
        }
        return new CarriedSeed(
                Path.of(json.text("folder")),
                SeedPacks.noted(json.number("bytes", 0, Long.MAX_VALUE), runs),
                json.truth("complete"),
                json.truth("arrived"));
    }
}
