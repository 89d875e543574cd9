package dev.lifeboat.hypervisor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The words that a machine in memory is defined in: a word and its values in each line.
 *
 * @param id of the machine
 * @param name of it
 * @param owner for whom it was placed
 * @param generation its generation id
 * @param disks disk → file
 * @param networks hardware address → what it is plugged into
 */
record DefinitionInMemory(
        MachineId id,
        String name,
        Optional<String> owner,
        UUID generation,
        Map<String, Path> disks,
        Map<String, String> networks) {

    String write() {
        List<String> lines = new ArrayList<>();
        lines.add("machine\t%s\t%s".formatted(id, name));
        lines.add("generation\t%s".formatted(generation));
        owner.ifPresent(whose -> lines.add("owner\t%s".formatted(whose)));
        disks.forEach((disk, file) -> lines.add("disk\t%s\t%s".formatted(disk, file)));
        networks.forEach((mac, network) -> lines.add("interface\t%s\t%s".formatted(mac, network)));
        return String.join("\n", lines);
    }

    static DefinitionInMemory read(String definition) {
        MachineId id = new MachineId(new UUID(0, 0));
        String name = "";
        Optional<String> owner = Optional.empty();
        UUID generation = new UUID(0, 0);
        Map<String, Path> disks = new LinkedHashMap<>();
        Map<String, String> networks = new LinkedHashMap<>();
        for (String line : definition.lines().toList()) {
            String[] words = line.split("\t", -1);
            switch (words[0]) {
                case "machine" -> {
                    id = new MachineId(UUID.fromString(words[1]));
                    name = words[2];
                }
                case "generation" -> generation = UUID.fromString(words[1]);
                case "owner" -> owner = Optional.of(words[1]);
                case "disk" -> disks.put(words[1], Path.of(words[2]));
                case "interface" -> networks.put(words[1], words[2]);
                default -> throw new IllegalArgumentException("a definition with '%s'".formatted(words[0]));
            }
        }
        return new DefinitionInMemory(id, name, owner, generation, disks, networks);
    }

    /** The same on another host, and what is different. */
    static AdaptedMachine adapt(MachineDescription description, Adaptation wanted) {
        DefinitionInMemory before = read(description.definition());
        List<String> told = new ArrayList<>();
        if (!before.name().equals(wanted.name())) {
            told.add("The machine is called '%s' here; it was '%s'.".formatted(wanted.name(), before.name()));
        }
        wanted.identity().ifPresent(id -> told.add("The machine has a new identity (%s).".formatted(id)));
        wanted.generation().ifPresent(id -> told.add("The generation id is new."));
        Map<String, Path> disks = new LinkedHashMap<>();
        for (DiskDescription disk : description.disks()) {
            Path file = wanted.disks().get(disk.name());
            if (file == null) {
                told.add("Disk %s is not there: %s"
                        .formatted(disk.name(), disk.notCovered().orElse("it is not in the point.")));
            } else {
                disks.put(disk.name(), file);
            }
        }
        Map<String, String> networks = new LinkedHashMap<>();
        for (NetworkInterface card : description.interfaces()) {
            String bridge = wanted.bridges().get(card.mac());
            if (bridge == null) {
                told.add("Interface %s is not plugged in: no network here was named for it.".formatted(card.mac()));
            }
            networks.put(card.mac(), bridge == null ? "ethernet" : "bridge:" + bridge);
        }
        DefinitionInMemory after = new DefinitionInMemory(
                wanted.identity().orElse(before.id()),
                wanted.name(),
                Optional.of(wanted.owner()),
                wanted.generation().orElse(before.generation()),
                disks,
                networks);
        return new AdaptedMachine(
                after.id(),
                after.name(),
                wanted.owner(),
                after.write(),
                description.files(),
                MachineInMemory.MEMORY_BYTES,
                1,
                told);
    }
}
