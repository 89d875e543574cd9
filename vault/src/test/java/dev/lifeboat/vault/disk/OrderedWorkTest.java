package dev.lifeboat.vault.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Work is done by several, its results come in order, and nobody works on when it is over. */
class OrderedWorkTest {

    private static final List<Long> LEAVES = LongStream.range(0, 1000).boxed().toList();

    @Test
    void resultsComeInTheOrderOfTheLeaves() throws Exception {
        List<Long> results = new ArrayList<>();
        try (OrderedWork<Object> work = new OrderedWork<>(4, new Spare<>(4, Object::new))) {
            work.run(LEAVES, (worker, leaf) -> 2 * leaf, results::add);
        }
        assertThat(results)
                .isEqualTo(
                        LongStream.range(0, 1000).map(leaf -> 2 * leaf).boxed().toList());
    }

    @Test
    void nobodyIsAtWorkAfterAFailure() {
        AtomicInteger working = new AtomicInteger();
        CountDownLatch othersAtWork = new CountDownLatch(3);
        try (OrderedWork<Object> work = new OrderedWork<>(4, new Spare<>(4, Object::new))) {
            assertThatThrownBy(() -> work.run(
                            LEAVES,
                            (worker, leaf) -> {
                                working.incrementAndGet();
                                try {
                                    if (leaf == 0) {
                                        othersAtWork.await();
                                        throw new IOException("leaf 0");
                                    }
                                    othersAtWork.countDown();
                                    untilAskedToStop();
                                    return leaf;
                                } finally {
                                    working.decrementAndGet();
                                }
                            },
                            result -> {}))
                    .isInstanceOf(IOException.class);

            assertThat(working).hasValue(0);
        }
    }

    /** Goes on for a while after it was asked, as a reading does that cannot be broken off. */
    private static void untilAskedToStop() {
        while (!Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
        }
        for (int i = 0; i < 1_000_000; i++) {
            Thread.onSpinWait();
        }
    }
}
