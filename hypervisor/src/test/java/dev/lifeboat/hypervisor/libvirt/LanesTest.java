package dev.lifeboat.hypervisor.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.HypervisorException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LanesTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(100);

    private final Lanes lanes = new Lanes();
    private final CountDownLatch hanging = new CountDownLatch(1);

    @AfterEach
    void letGo() {
        hanging.countDown();
        lanes.close();
    }

    @Test
    void aCallThatHangsHoldsItsLaneAndNoOther() throws Exception {
        Lanes.Lane hung = new Lanes.Lane("hung");
        refused(Kind.TIMED_OUT, hung, this::hang);
        refused(Kind.TIMED_OUT, hung, () -> true);
        assertThat(lanes.call(new Lanes.Lane("other"), LONG, () -> 7)).isEqualTo(7);
    }

    @Test
    void whatWaitedTooLongIsNotBegunAfterwards() throws Exception {
        Lanes.Lane lane = new Lanes.Lane("machine");
        List<String> done = Collections.synchronizedList(new ArrayList<>());
        refused(Kind.TIMED_OUT, lane, this::hang);
        refused(Kind.TIMED_OUT, lane, () -> done.add("late"));
        hanging.countDown();
        lanes.call(lane, LONG, () -> done.add("next"));
        assertThat(done).containsExactly("next");
    }

    @Test
    void afterItsEndNothingIsBegun() {
        lanes.close();
        refused(Kind.UNREACHABLE, new Lanes.Lane("machine"), () -> true);
    }

    private boolean hang() throws InterruptedException {
        hanging.await();
        return true;
    }

    private void refused(Kind kind, Lanes.Lane lane, Lanes.Work<Boolean> work) {
        assertThatThrownBy(() -> lanes.call(lane, SHORT, work))
                .isInstanceOfSatisfying(
                        HypervisorException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
