package dev.lifeboat.recovery;

import dev.lifeboat.recovery.home.HomeOrder;
import dev.lifeboat.recovery.home.HomeReport;
import dev.lifeboat.recovery.home.HomeStage;
import dev.lifeboat.recovery.home.Homecomings;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** Ways home that say what was ordered and can be held up. */
final class HeldHomecomings implements Homecomings {

    private volatile CountDownLatch gate = new CountDownLatch(0);

    /** Who comes stands still until the gate is opened. */
    void hold() {
        gate = new CountDownLatch(1);
    }

    void letGo() {
        gate.countDown();
    }

    @Override
    public HomeReport carryOut(HomeOrder order, PointAccess access, Consumer<String> progress)
            throws InterruptedException {
        progress.accept(order.deed().code());
        gate.await();
        return new HomeReport(
                order.deed() == HomeOrder.Deed.FOLLOW ? HomeStage.FOLLOWING : HomeStage.HOME,
                order.point(),
                List.of(),
                List.of());
    }

    @Override
    public Optional<String> heldBack(String group, Collection<String> machines) {
        return Optional.empty();
    }

    @Override
    public void close() {
        // There is nothing.
    }
}
