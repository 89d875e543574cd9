package dev.lifeboat.replication;

import static dev.lifeboat.replication.ProtectedHost.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.hypervisor.HypervisorFault;
import dev.lifeboat.hypervisor.MachineInMemory;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.Fault;
import dev.lifeboat.vault.store.FaultPlan;
import dev.lifeboat.vault.store.FaultyStore;
import dev.lifeboat.vault.store.StoreCrash;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The process dies at every call that a cycle makes, of the hypervisor and of the store, before it is done and after;
 * another one goes on. Points are true, history goes on, and nothing is compared as a whole.
 */
@Timeout(600)
class CrashTest {

    @TempDir
    Path folder;

    /** More calls than a cycle makes. */
    private static final int MOST_CALLS = 200;

    @Test
    void atEveryCallOfTheHypervisorOfASingleMachine() throws Exception {
        for (HypervisorFault fault : new HypervisorFault[] {
            HypervisorFault.CRASH_BEFORE, HypervisorFault.CRASH_AFTER, HypervisorFault.OUTCOME_UNKNOWN
        }) {
            int calls = 1;
            while (calls < MOST_CALLS && hypervisorFails(calls, fault, ProtectedHost.protection("web"))) {
                calls++;
            }
            assertThat(calls).as("calls of a cycle").isBetween(5, MOST_CALLS - 1);
        }
    }

    @Test
    void atEveryCallOfTheHypervisorOfAGroup() throws Exception {
        for (HypervisorFault fault :
                new HypervisorFault[] {HypervisorFault.CRASH_BEFORE, HypervisorFault.CRASH_AFTER}) {
            int calls = 1;
            while (calls < MOST_CALLS && hypervisorFails(calls, fault, ProtectedHost.protection("web", "db"))) {
                calls++;
            }
            assertThat(calls).as("calls of a cycle").isBetween(10, MOST_CALLS - 1);
        }
    }

    @Test
    void atEveryCallOfTheHypervisorWhileFileSystemsAreHeld() throws Exception {
        Protection always = new Protection(
                ProtectedHost.GROUP,
                List.of("web"),
                Duration.ofSeconds(30),
                Optional.of(Duration.ofMillis(1)),
                Set.of(),
                256L * MIB,
                true);
        for (HypervisorFault fault :
                new HypervisorFault[] {HypervisorFault.CRASH_BEFORE, HypervisorFault.CRASH_AFTER, HypervisorFault.SILENT
                }) {
            int calls = 1;
            while (calls < MOST_CALLS && hypervisorFails(calls, fault, always)) {
                calls++;
            }
            assertThat(calls).as("calls of a cycle").isBetween(5, MOST_CALLS - 1);
        }
    }

    @Test
    void atEveryCallOfTheStore() throws Exception {
        for (Fault fault : new Fault[] {Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.ANSWER_LOST, Fault.UNAVAILABLE}) {
            int calls = 1;
            while (calls < MOST_CALLS && storeFails(calls, fault)) {
                calls++;
            }
            assertThat(calls).as("calls of a cycle").isBetween(3, MOST_CALLS - 1);
        }
    }

    /** @return whether the call was made at all */
    private boolean hypervisorFails(int call, HypervisorFault fault, Protection protection) throws Exception {
        AtomicBoolean armed = new AtomicBoolean();
        AtomicInteger calls = new AtomicInteger();
        AtomicBoolean met = new AtomicBoolean();
        HypervisorFault.Plan plan = method -> {
            if (armed.get() && calls.incrementAndGet() == call) {
                met.set(true);
                return fault;
            }
            return HypervisorFault.NONE;
        };
        try (ProtectedHost site = new ProtectedHost(Files.createTempDirectory(folder, "h"))) {
            story(site, site.store, plan, armed, protection);
            return met.get();
        }
    }

    private boolean storeFails(int call, Fault fault) throws Exception {
        AtomicBoolean armed = new AtomicBoolean();
        AtomicInteger calls = new AtomicInteger();
        AtomicBoolean met = new AtomicBoolean();
        try (ProtectedHost site = new ProtectedHost(Files.createTempDirectory(folder, "s"))) {
            FaultPlan plan = (operation, name) -> {
                if (armed.get() && calls.incrementAndGet() == call) {
                    met.set(true);
                    return fault;
                }
                return Fault.NONE;
            };
            BlobStore faulty = new FaultyStore(site.store, plan, Duration.ZERO, site.time, site.random);
            story(site, faulty, HypervisorFault.Plan.none(), armed, ProtectedHost.protection("web"));
            return met.get();
        }
    }

    private static void story(
            ProtectedHost site, BlobStore store, HypervisorFault.Plan plan, AtomicBoolean armed, Protection protection)
            throws Exception {
        String[] names = protection.machines().toArray(String[]::new);
        MachineInMemory[] machines = new MachineInMemory[names.length];
        for (int i = 0; i < names.length; i++) {
            machines[i] = site.running(names[i], 2 * MIB);
            machines[i].write("vda", i, 20);
        }
        ProtectedHost.Agent first = site.process(store, plan, protection);
        Point before = first.publish();
        write(machines, 100);
        armed.set(true);
        try {
            for (int i = 0; i < 2; i++) {
                Duration _ = first.attempt();
                write(machines, 200 + i);
            }
        } catch (HypervisorFault.Crash | StoreCrash death) {
            first.kill();
        }
        armed.set(false);
        first.kill();
        site.guard.expire();
        write(machines, 300);
        ProtectedHost.Agent second = site.process(names);
        for (MachineInMemory machine : machines) {
            assertThat(machine.state()).isEqualTo(PowerState.RUNNING);
            assertThat(machine.captured()).isFalse();
            assertThat(machine.frozen()).isFalse();
        }
        Point after = second.publish();
        assertThat(after.id()).isGreaterThan(before.id());
        site.requireTruePoints(machines);
        assertThat(second.report().resyncs()).isEmpty();
        for (MachineInMemory machine : machines) {
            assertThat(machine.checkpointNames()).containsExactly(ProtectedHost.checkpoint(after, machine.name()));
            byte[] now = site.content(after.disk(machine.name() + "/vda"));
            assertThat(now).isEqualTo(machine.content("vda"));
        }
        assertThat(site.guard.heldUnarmed()).isEmpty();
    }

    private static void write(MachineInMemory[] machines, long seed) {
        for (MachineInMemory machine : machines) {
            machine.write("vda", seed, 4);
        }
    }
}
