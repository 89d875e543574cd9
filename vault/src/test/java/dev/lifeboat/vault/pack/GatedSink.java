package dev.lifeboat.vault.pack;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** A store that answers only when it is allowed to: one pack for each permit. */
final class GatedSink implements PackSink {

    final SinkInMemory behind = new SinkInMemory();
    final Semaphore gate = new Semaphore(0);
    final AtomicInteger waiting = new AtomicInteger();

    @Override
    public void put(FinishedPack pack) throws InterruptedException {
        waiting.incrementAndGet();
        try {
            gate.acquire();
        } finally {
            waiting.decrementAndGet();
        }
        behind.put(pack);
    }

    void open() {
        gate.release(1_000_000);
    }
}
