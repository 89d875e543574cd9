package dev.lifeboat.agent;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.replication.GroupReport;
import dev.lifeboat.replication.Protection;
import dev.lifeboat.replication.Replication;
import java.util.List;

/** The replication of a host that has no machines to be protected. */
final class NoReplication implements Replication {

    @Override
    public void protect(List<Protection> groups) {
        if (!groups.isEmpty()) {
            throw new IllegalArgumentException("nothing is protected here");
        }
    }

    @Override
    public List<GroupReport> reports() {
        return List.of();
    }

    @Override
    public void release(String machine) {
        throw unknown(machine);
    }

    @Override
    public void resume(String machine) {
        throw unknown(machine);
    }

    private static LifeboatException unknown(String machine) {
        return new LifeboatException(ErrorCode.AGENT_MACHINE_UNKNOWN, "No machine %s is protected.".formatted(machine));
    }

    @Override
    public void close() {
        // There is nothing.
    }
}
