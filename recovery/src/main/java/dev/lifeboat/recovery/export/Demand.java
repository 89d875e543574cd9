package dev.lifeboat.recovery.export;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Counts what clients wait for, so that others can step back. Safe for use by several threads. */
final class Demand {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private int waiting;

    void begin() {
        lock.lock();
        try {
            waiting++;
        } finally {
            lock.unlock();
        }
    }

    void end() {
        lock.lock();
        try {
            waiting--;
            if (waiting == 0) {
                idle.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits until nobody waits, but not for longer than this. */
    void awaitIdle(Duration limit) throws InterruptedException {
        lock.lock();
        try {
            long left = limit.toNanos();
            while (waiting > 0 && left > 0) {
                left = idle.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
