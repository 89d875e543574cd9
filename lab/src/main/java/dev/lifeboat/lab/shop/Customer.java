package dev.lifeboat.lab.shop;

import dev.lifeboat.model.Timekeeper;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A customer of the shop: places one order after the other, insists on each until it is answered, and writes down what
 * was confirmed before it places the next. It shops once; its watch starts when it is made.
 *
 * <p>All its requests are made by the thread that calls {@link #shop}; {@link #stop} and {@link #report} may be called
 * by any thread.
 */
public final class Customer {

    private static final List<String> ITEMS = List.of(
            "anchor-8kg", "compass", "flare-red", "life-vest", "oar-2m", "rope-12mm", "signal-mirror", "water-5l");

    /** An order without an answer is repeated after this, then after twice as long, and so on. */
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

    /**
     * Not longer than this: the end of an outage is seen this much too late at most, besides the limit of a request.
     */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final ShopClient shop;
    private final Notebook notebook;
    private final RandomGenerator random;
    private final Timekeeper time;
    private final Duration interval;
    private final CustomerTally tally;
    private volatile boolean stopped;

    /**
     * A customer with its own notebook.
     *
     * @param random makes tokens, items and quantities. A seed is for one customer only: the tokens would be the same
     *     again, and the shop would take the orders for old ones
     * @param interval from one order to the next, counted from their beginnings; zero for one right after the other
     */
    public Customer(ShopClient shop, Notebook notebook, RandomGenerator random, Timekeeper time, Duration interval) {
        if (interval.isNegative()) {
            throw new IllegalArgumentException("an interval of " + interval);
        }
        this.shop = shop;
        this.notebook = notebook;
        this.random = random;
        this.time = time;
        this.interval = interval;
        tally = new CustomerTally(time);
    }

    /**
     * Places orders until the time is over, or the customer is stopped or its thread interrupted. The order at hand is
     * given up then; whether the shop has it stays unknown. An interrupted thread stays interrupted.
     *
     * @param longest how long to go on
     * @return what happened
     * @throws dev.lifeboat.model.LifeboatException when the notebook cannot be written
     */
    public CustomerReport shop(Duration longest) {
        Duration end = time.elapsed().plus(longest);
        Duration next = time.elapsed();
        try {
            while (goesOnUntil(end)) {
                place(nextRequest(), end);
                // Who had to wait does not order at once all that was not ordered meanwhile.
                next = later(next.plus(interval), time.elapsed());
                pauseUntil(earlier(next, end));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            tally.end();
        }
        return tally.report();
    }

    /** Lets it stop after the attempt at hand: within the limit of a request and the longest pause. */
    public void stop() {
        stopped = true;
    }

    /** What has happened up to now. */
    public CustomerReport report() {
        return tally.report();
    }

    private void place(OrderRequest request, Duration end) throws InterruptedException {
        tally.placed();
        Duration pause = FIRST_PAUSE;
        boolean open = attempt(request);
        try {
            while (open && goesOnUntil(end)) {
                pauseUntil(earlier(time.elapsed().plus(pause), end));
                pause = earlier(pause.multipliedBy(2), LONGEST_PAUSE);
                if (goesOnUntil(end)) {
                    tally.retried();
                    open = attempt(request);
                }
            }
        } finally {
            if (open) {
                tally.givenUp();
            }
        }
    }

    /** Sends the request once and says whether it is still open. */
    private boolean attempt(OrderRequest request) {
        return switch (shop.order(request)) {
            case OrderAnswer.Confirmed(Order order) -> {
                notebook.remember(order, time.instant());
                tally.confirmed();
                yield false;
            }
            case OrderAnswer.Refused(String reason) -> {
                tally.refused(reason);
                yield false;
            }
            case OrderAnswer.FalselyConfirmed(String said) -> {
                tally.falselyConfirmed(new FalseConfirmation(request, time.instant(), said));
                yield false;
            }
            case OrderAnswer.Unanswered(String reason) -> {
                tally.trouble(reason);
                yield true;
            }
        };
    }

    private OrderRequest nextRequest() {
        String token = "%016x".formatted(random.nextLong());
        String item = ITEMS.get(random.nextInt(ITEMS.size()));
        return new OrderRequest(token, item, random.nextInt(1, Order.QUANTITY_LIMIT + 1));
    }

    private boolean goesOnUntil(Duration end) {
        return !stopped
                && !Thread.currentThread().isInterrupted()
                && time.elapsed().compareTo(end) < 0;
    }

    private void pauseUntil(Duration moment) throws InterruptedException {
        Duration pause = moment.minus(time.elapsed());
        if (pause.isPositive()) {
            time.pause(pause);
        }
    }

    private static Duration later(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static Duration earlier(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
