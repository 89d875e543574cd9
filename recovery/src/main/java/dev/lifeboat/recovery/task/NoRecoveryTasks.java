package dev.lifeboat.recovery.task;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.recovery.PointAccess;
import dev.lifeboat.recovery.RecoveryOrder;
import dev.lifeboat.recovery.home.HomeOrder;
import java.util.List;
import java.util.Optional;

/** Takes no task. */
final class NoRecoveryTasks implements RecoveryTasks {

    @Override
    public RecoveryTask start(RecoveryOrder order, PointAccess access) {
        access.close();
        throw notAllowed();
    }

    @Override
    public RecoveryTask bringHome(HomeOrder order, PointAccess access) {
        access.close();
        throw notAllowed();
    }

    @Override
    public RecoveryTask end(String name) {
        throw notAllowed();
    }

    private static LifeboatException notAllowed() {
        return new LifeboatException(
                ErrorCode.AGENT_RECOVERY_NOT_ALLOWED, "This agent's configuration does not let it recover machines.");
    }

    @Override
    public Optional<RecoveryTask> task(String name) {
        return Optional.empty();
    }

    @Override
    public List<RecoveryTask> tasks() {
        return List.of();
    }

    @Override
    public Optional<Standing> standing() {
        return Optional.empty();
    }

    @Override
    public void close() {
        // There is nothing.
    }
}
