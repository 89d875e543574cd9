package dev.lifeboat.recovery.home;

import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.recovery.image.ImageFormat;
import dev.lifeboat.vault.key.StrictJson;
import dev.lifeboat.vault.local.StateFile;
import dev.lifeboat.vault.point.PointId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How far a group is on its way home, and which old disks its machines have: once a machine's definition was pointed at
 * overlays it does not tell any more. There are no keys in it. {@code docs/formats/home.md} has the layout. For one
 * thread at a time.
 */
final class HomeJournal {

    private static final int MOST_BYTES = 4 << 20;
    private static final int MOST_MACHINES = 1000;
    private static final int MOST_DISKS = 1000;

    private final StateFile file;

    /** @param folder of the group */
    HomeJournal(Path folder) {
        this.file = new StateFile(folder.resolve("home.json"), "lifeboat-home", MOST_BYTES, true);
    }

    /**
     * What is known.
     *
     * @param stage how far it is
     * @param point that is followed, or to which the machines were brought
     * @param machines that come home to this host
     */
    record Entry(HomeStage stage, PointId point, List<HomeMachine> machines) {

        Entry {
            machines = List.copyOf(machines);
        }

        Entry in(HomeStage next) {
            return new Entry(next, point, machines);
        }
    }

    /** Whether there is one, readable or not. */
    boolean exists() {
        return Files.exists(file.file());
    }

    Path path() {
        return file.file();
    }

    /** What it says; empty when there is none or it is damaged. */
    Optional<Entry> read() {
        return file.read(HomeJournal::entry);
    }

    void delete() {
        file.delete();
    }

    void write(Entry entry) {
        ObjectNode json = file.begin();
        json.put("stage", entry.stage().code()).put("point", entry.point().toString());
        ArrayNode machines = json.putArray("machines");
        for (HomeMachine machine : entry.machines()) {
            ObjectNode one = machines.addObject()
                    .put("name", machine.name())
                    .put("id", machine.id().toString())
                    .put("called", machine.called());
            ArrayNode disks = one.putArray("disks");
            machine.disks()
                    .forEach((name, disk) -> disks.addObject()
                            .put("name", name)
                            .put("image", disk.image().toString())
                            .put("format", disk.format().name()));
        }
        file.write(json);
    }

    private static Entry entry(StrictJson json) {
        return new Entry(
                HomeStage.ofCode(json.text("stage")),
                PointId.parse(json.text("point")),
                json.objects("machines", MOST_MACHINES).stream()
                        .map(HomeJournal::machine)
                        .toList());
    }

    private static HomeMachine machine(StrictJson json) {
        String name = json.name("name");
        Map<String, HomeDisk> disks = new LinkedHashMap<>();
        for (StrictJson disk : json.objects("disks", MOST_DISKS)) {
            disks.put(
                    disk.name("name"),
                    HomeDisk.beside(
                            name + "/" + disk.name("name"),
                            Path.of(disk.text("image")),
                            ImageFormat.valueOf(disk.text("format"))));
        }
        return new HomeMachine(name, new MachineId(UUID.fromString(json.text("id"))), json.text("called"), disks);
    }
}
