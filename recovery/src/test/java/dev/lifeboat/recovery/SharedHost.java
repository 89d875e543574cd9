package dev.lifeboat.recovery;

import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.model.LifeboatException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A host in memory for several threads: one at a time is let to it. Starts can be held up before they reach it, and
 * processes can be planned to die.
 */
final class SharedHost implements KeyedRecoveries {

    private final RecoveryHost host;
    private final AtomicInteger starts = new AtomicInteger();
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile PlannedFault fault = PlannedFault.none();
    private volatile int chatter;
    private volatile @Nullable LifeboatException vaultFailure;

    SharedHost(RecoveryHost host) {
        this.host = host;
    }

    /** What a test does with the host itself. */
    @FunctionalInterface
    interface Visit {
        void run() throws Exception;
    }

    /** Does it while nobody else is there. */
    void alone(Visit visit) throws Exception {
        synchronized (host) {
            visit.run();
        }
    }

    /** The next starts stand still until the gate is opened. */
    void holdStarts() {
        gate = new CountDownLatch(1);
    }

    void letStartsGo() {
        gate.countDown();
    }

    /** What the next start meets. */
    void plan(PlannedFault planned) {
        fault = planned;
    }

    /** No vault opens from now on. */
    void failToOpen(LifeboatException failure) {
        vaultFailure = failure;
    }

    /** Starts say so many lines, each too long, before they do anything. */
    void sayMuch(int lines) {
        chatter = lines;
    }

    /** How many starts have begun. */
    int starts() {
        return starts.get();
    }

    @Override
    public Recoveries withoutKeys() {
        return new Shared(false);
    }

    @Override
    public Recoveries with(PointAccess access) {
        LifeboatException failure = vaultFailure;
        if (failure != null) {
            throw failure;
        }
        return new Shared(true);
    }

    @Override
    public void close() {
        // The host is the test's.
    }

    private final class Shared implements Recoveries {

        private final boolean hasKeys;

        private Shared(boolean hasKeys) {
            this.hasKeys = hasKeys;
        }

        @Override
        public RecoveryReport start(RecoveryOrder order, Consumer<String> progress)
                throws HypervisorException, InterruptedException {
            starts.incrementAndGet();
            for (int i = 0; i < chatter; i++) {
                progress.accept("x".repeat(2000));
            }
            progress.accept("at the gate");
            gate.await();
            synchronized (host) {
                return host.process(fault, hasKeys).start(order, progress);
            }
        }

        @Override
        public List<RecoveryReport> observe() throws HypervisorException, InterruptedException {
            synchronized (host) {
                return host.process(PlannedFault.none(), hasKeys).observe();
            }
        }

        @Override
        public List<String> resumePaused() throws HypervisorException, InterruptedException {
            synchronized (host) {
                return host.process(PlannedFault.none(), hasKeys).resumePaused();
            }
        }

        @Override
        public List<String> end(String name) throws HypervisorException, InterruptedException {
            synchronized (host) {
                return host.process(PlannedFault.none(), hasKeys).end(name);
            }
        }
    }
}
