package dev.lifeboat.agent;

import dev.lifeboat.hypervisor.Hypervisor;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.Machine;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.replication.GroupReport;
import dev.lifeboat.replication.Guard;
import dev.lifeboat.replication.Guard.Hold;
import dev.lifeboat.replication.Health;
import dev.lifeboat.replication.Protection;
import dev.lifeboat.replication.Replication;
import dev.lifeboat.replication.ReplicationListener;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A replication that publishes nothing: each protected group has one cycle, under the guard, and then stands as its
 * machines do. A group called {@value #HANGING} does not end, and one called {@value #HOLDING} suspends its machines
 * and never resumes them.
 */
final class ReplicationInMemory implements Replication {

    static final String HANGING = "hanging";
    static final String HOLDING = "holding";

    private final Hypervisor hypervisor;
    private final Guard guard;
    private final ReplicationListener log;
    private final Timekeeper time;
    private final Map<String, Protection> protections = new LinkedHashMap<>();
    private final Map<String, GroupReport.Cycle> cycles = new TreeMap<>();
    private final Map<String, List<GroupReport.Resync>> resyncs = new TreeMap<>();
    private final Set<String> released = new TreeSet<>();

    ReplicationInMemory(Hypervisor hypervisor, Guard guard, ReplicationListener log, Timekeeper time) {
        this.hypervisor = hypervisor;
        this.guard = guard;
        this.log = log;
        this.time = time;
    }

    private Map<String, Machine> machines() {
        try {
            return hypervisor.machines().stream().collect(Collectors.toMap(Machine::name, machine -> machine));
        } catch (HypervisorException e) {
            return Map.of();
        }
    }

    @Override
    public synchronized void protect(List<Protection> groups) {
        for (Protection group : groups) {
            protections.put(group.group(), group);
            cycle(group);
        }
    }

    private void cycle(Protection group) {
        Map<String, Machine> machines = machines();
        Set<MachineId> held = group.machines().stream()
                .flatMap(name -> Optional.ofNullable(machines.get(name)).stream())
                .map(Machine::id)
                .collect(Collectors.toSet());
        if (held.isEmpty()) {
            return;
        }
        Instant started = time.instant();
        try {
            Guard.Armed armed = guard.arm(held, Hold.SUSPENSION, Duration.ofSeconds(60));
            for (MachineId machine : held) {
                hypervisor.suspend(machine);
            }
            if (group.group().equals(HOLDING)) {
                return;
            }
            for (MachineId machine : held) {
                hypervisor.resume(machine);
            }
            armed.close();
        } catch (IOException | HypervisorException e) {
            log.noted(group.group(), 1, String.valueOf(e.getMessage()));
            return;
        }
        GroupReport.Cycle cycle = new GroupReport.Cycle(
                group.group() + "@1-1",
                started,
                Duration.ofMillis(1500),
                5 << 20,
                1 << 20,
                Optional.of(Duration.ofMillis(42)),
                true);
        cycles.put(group.group(), cycle);
        log.published(group.group(), 1, cycle);
    }

    @Override
    public synchronized List<GroupReport> reports() {
        Map<String, Machine> machines = machines();
        return protections.values().stream()
                .map(group -> report(group, machines))
                .toList();
    }

    private GroupReport report(Protection group, Map<String, Machine> machines) {
        Optional<String> reason = group.machines().stream()
                .flatMap(machine -> released.contains(machine)
                        ? java.util.stream.Stream.of("machine %s is released".formatted(machine))
                        : machines.containsKey(machine)
                                ? java.util.stream.Stream.empty()
                                : java.util.stream.Stream.of("there is no machine %s".formatted(machine)))
                .findFirst();
        Optional<GroupReport.Cycle> cycle = Optional.ofNullable(cycles.get(group.group()));
        return new GroupReport(
                group.group(),
                reason.isPresent() ? Health.BLOCKED : Health.OK,
                reason,
                cycle.map(GroupReport.Cycle::point),
                cycle.map(GroupReport.Cycle::started),
                group.period(),
                cycle.map(one -> Duration.between(one.started(), time.instant())),
                cycle,
                Optional.empty(),
                resyncs.getOrDefault(group.group(), List.of()),
                group.machines().stream()
                        .map(machine -> new GroupReport.MachineReport(machine, state(machines, machine), List.of()))
                        .toList());
    }

    private static Optional<PowerState> state(Map<String, Machine> machines, String name) {
        return Optional.ofNullable(machines.get(name)).map(Machine::state);
    }

    @Override
    public synchronized void release(String machine) {
        group(machine);
        released.add(machine);
    }

    @Override
    public synchronized void resume(String machine) {
        String group = group(machine);
        if (released.remove(machine)) {
            resyncs.computeIfAbsent(group, _ -> new ArrayList<>())
                    .add(new GroupReport.Resync(time.instant(), "machine %s was released".formatted(machine)));
        }
    }

    private String group(String machine) {
        return protections.values().stream()
                .filter(group -> group.machines().contains(machine))
                .map(Protection::group)
                .findFirst()
                .orElseThrow(() -> new LifeboatException(
                        ErrorCode.AGENT_MACHINE_UNKNOWN, "No machine %s is protected.".formatted(machine)));
    }

    @Override
    public void close() {
        if (protections.containsKey(HANGING)) {
            try {
                time.pause(Duration.ofMinutes(10));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
