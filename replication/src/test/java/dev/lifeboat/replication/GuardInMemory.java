package dev.lifeboat.replication;

import dev.lifeboat.hypervisor.HostInMemory;
import dev.lifeboat.hypervisor.HypervisorEvent;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.MachineInMemory;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A guard beside machines in memory. It notes whether anything was held that it was not armed for, and frees machines
 * when a disk fails or when it is told that the time is over.
 */
final class GuardInMemory implements Guard {

    private final Map<MachineId, MachineInMemory> machines = new ConcurrentHashMap<>();
    private final List<Arming> armings = new CopyOnWriteArrayList<>();
    private final List<String> heldUnarmed = new CopyOnWriteArrayList<>();
    private final CopyOnWriteArrayList<Arming> freeing = new CopyOnWriteArrayList<>();
    private volatile boolean absent;
    private final Set<Hold> fireAtOnce = ConcurrentHashMap.newKeySet();

    private final class Arming implements Armed {
        private final Set<MachineId> ids;
        private final Hold hold;
        private volatile boolean fired;

        Arming(Set<MachineId> ids, Hold hold) {
            this.ids = Set.copyOf(ids);
            this.hold = hold;
        }

        @Override
        public boolean fired() {
            return fired;
        }

        @Override
        public void close() {
            armings.remove(this);
            freeing.remove(this);
        }
    }

    GuardInMemory(HostInMemory host, MachineInMemory... watched) {
        machines.putAll(List.of(watched).stream().collect(Collectors.toMap(MachineInMemory::id, Function.identity())));
        host.onHolding(holding -> {
            boolean armed = armings.stream()
                    .anyMatch(one -> one.hold.name().equals(holding.how()) && one.ids.contains(holding.machine()));
            if (!armed) {
                heldUnarmed.add(holding.toString());
            }
        });
    }

    void watches(MachineInMemory machine) {
        machines.put(machine.id(), machine);
    }

    /** What was held without its being armed. */
    List<String> heldUnarmed() {
        return List.copyOf(heldUnarmed);
    }

    void isAbsent(boolean now) {
        absent = now;
    }

    /** Every deadline of this kind is over at once. */
    void firesAtOnce(Hold hold) {
        fireAtOnce.add(hold);
    }

    /** What is held by nobody any more: all deadlines are over. */
    void expire() {
        armings.forEach(this::free);
        armings.clear();
    }

    /** All deadlines pass while the process that armed it lives: until it is disarmed nothing else can be armed. */
    void deadlinesPass() {
        armings.forEach(this::free);
        int _ = freeing.addAllAbsent(armings);
    }

    void heard(HypervisorEvent event) {
        if (event instanceof HypervisorEvent.DiskError(MachineId id, String _)) {
            armings.stream().filter(one -> one.ids.contains(id)).forEach(this::free);
        }
    }

    private void free(Arming arming) {
        arming.fired = true;
        for (MachineId id : arming.ids) {
            MachineInMemory machine = machines.get(id);
            if (machine != null) {
                machine.closeView();
                machine.resume();
            }
        }
    }

    @Override
    public Armed arm(Set<MachineId> ids, Hold hold, Duration deadline) throws IOException {
        if (absent) {
            throw new IOException("the guard is not there");
        }
        if (freeing.stream().anyMatch(one -> !Collections.disjoint(one.ids, ids))) {
            throw new IOException("a machine is still being freed");
        }
        Arming arming = new Arming(ids, hold);
        arming.fired = fireAtOnce.contains(hold);
        armings.add(arming);
        return arming;
    }
}
