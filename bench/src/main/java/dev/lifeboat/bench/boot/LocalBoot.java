package dev.lifeboat.bench.boot;

import dev.lifeboat.bench.BootFigures;
import dev.lifeboat.bench.BootWay;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.RecoveryHypervisor;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.Timekeeper;
import java.time.Duration;

/** A machine on this host's own disk. */
final class LocalBoot implements BootWay {

    private static final double NANOS = 1e9;

    private final BootHost host;
    private final BootGuest guest;
    private final Timekeeper time;

    LocalBoot(BootHost host, BootGuest guest, Timekeeper time) {
        this.host = host;
        this.guest = guest;
        this.time = time;
    }

    @Override
    public Kind kind() {
        return Kind.LOCAL;
    }

    @Override
    public ByteCount disk() {
        return guest.disk();
    }

    @Override
    public BootFigures boot() throws InterruptedException {
        RecoveryHypervisor hypervisor = host.hypervisor();
        try (FirstAnswer answer = new FirstAnswer(guest.address(), BootGuest.PATH, time)) {
            Duration ordered = time.elapsed();
            MachineId machine = guest.define(hypervisor);
            try {
                hypervisor.start(machine, false);
                Duration answered = answer.await();
                return new BootFigures(
                        seconds(answered.minus(ordered)), seconds(host.lastRan().minus(ordered)), 0, 0, 0, 0);
            } finally {
                guest.remove(hypervisor, machine);
            }
        } catch (HypervisorException e) {
            throw BootHost.failed(e);
        }
    }

    static double seconds(Duration duration) {
        return duration.toNanos() / NANOS;
    }
}
