package dev.lifeboat.replication;

import dev.lifeboat.hypervisor.MachineId;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;

/** Arms the guard, or has a reason to hold nothing. */
record Arming(Guard guard) {

    Guard.Armed arm(Set<MachineId> machines, Guard.Hold hold, Duration deadline) throws NotNow {
        try {
            return guard.arm(machines, hold, deadline);
        } catch (IOException e) {
            throw new NotNow("the guard cannot be armed: " + e.getMessage());
        }
    }
}
