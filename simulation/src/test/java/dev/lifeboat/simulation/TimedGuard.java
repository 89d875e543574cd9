package dev.lifeboat.simulation;

import dev.lifeboat.hypervisor.Hypervisor;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.replication.Guard;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A guard that keeps to its deadlines as long as the test's own process lives. */
final class TimedGuard implements Guard {

    private final Hypervisor hypervisor;
    private final ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("guard-", 0).factory());

    TimedGuard(Hypervisor hypervisor) {
        this.hypervisor = hypervisor;
    }

    @Override
    public Armed arm(Set<MachineId> machines, Hold hold, Duration deadline) {
        AtomicBoolean fired = new AtomicBoolean();
        Future<?> timer = deadlines.schedule(
                () -> {
                    fired.set(true);
                    machines.forEach(machine -> free(machine, hold));
                },
                deadline.toMillis(),
                TimeUnit.MILLISECONDS);
        return new Armed() {
            @Override
            public boolean fired() {
                return fired.get();
            }

            @Override
            public void close() {
                timer.cancel(false);
            }
        };
    }

    private void free(MachineId machine, Hold hold) {
        try {
            switch (hold) {
                case CAPTURE -> hypervisor.endCapture(machine);
                case FREEZE -> hypervisor.thaw(machine, Duration.ofSeconds(2));
                case SUSPENSION -> hypervisor.resume(machine);
            }
        } catch (HypervisorException e) {
            // The test sees what became of the machine.
        }
    }
}
