package dev.lifeboat.recovery.home;

import dev.lifeboat.hypervisor.MachineId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A machine that comes home.
 *
 * @param name in points
 * @param id of it
 * @param called its name at home
 * @param disks by their names at the machine, in the point's order
 */
record HomeMachine(String name, MachineId id, String called, Map<String, HomeDisk> disks) {

    HomeMachine {
        disks = Collections.unmodifiableMap(new LinkedHashMap<>(disks));
    }
}
