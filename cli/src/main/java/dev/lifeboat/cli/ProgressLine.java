package dev.lifeboat.cli;

import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.Timekeeper;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How far a long piece of work has come. On a terminal one line is redrawn in place; elsewhere a plain line is written
 * every few seconds, so that a log stays readable. A line looks like
 *
 * <pre>seeding web/vda  1.5 GiB of 4.0 GiB  38 %  210.0 MiB/s  12 s left</pre>
 *
 * <p>Rate and time left are those of the last seconds, because that is what the rest will look like. Safe for use by
 * several threads.
 */
public final class ProgressLine implements AutoCloseable {

    /** Often enough to look alive, too seldom to cost anything. */
    static final Duration REDRAW_INTERVAL = Duration.ofMillis(200);

    static final Duration PLAIN_INTERVAL = Duration.ofSeconds(5);

    private static final Duration SAMPLE_INTERVAL = Duration.ofSeconds(1);
    private static final int SAMPLES = 10;

    /** A line that wraps cannot be redrawn in place: it is cut to the narrowest usual terminal. */
    private static final int WIDTH = 79;

    private static final String TO_LINE_START_AND_CLEAR = "\r\u001b[K";

    private record Sample(Duration time, long done) {}

    private final PrintWriter output;
    private final boolean terminal;
    private final Timekeeper time;
    private final String label;
    private final Duration begin;
    private final Deque<Sample> samples = new ArrayDeque<>();

    private ByteCount done = new ByteCount(0);
    private @Nullable ByteCount total;
    private @Nullable Duration shownAt;
    private boolean closed;

    /**
     * A line that shows nothing yet.
     *
     * @param terminal whether {@code output} ends at a terminal
     * @param label what is being done
     */
    public ProgressLine(PrintWriter output, boolean terminal, Timekeeper time, String label) {
        this.output = output;
        this.terminal = terminal;
        this.time = time;
        this.label = label;
        this.begin = time.elapsed();
        samples.add(new Sample(begin, 0));
    }

    /**
     * Says how far the work has come.
     *
     * @param reached bytes done since the beginning
     * @param all bytes there are to do; null when that is not known
     */
    public synchronized void report(ByteCount reached, @Nullable ByteCount all) {
        done = reached;
        total = all;
        Duration now = time.elapsed();
        if (now.minus(samples.getLast().time()).compareTo(SAMPLE_INTERVAL) >= 0) {
            samples.addLast(new Sample(now, reached.bytes()));
            if (samples.size() > SAMPLES) {
                samples.removeFirst();
            }
        }
        Duration interval = terminal ? REDRAW_INTERVAL : PLAIN_INTERVAL;
        Duration last = shownAt == null ? begin : shownAt;
        if (!closed && now.minus(last).compareTo(interval) >= 0) {
            show(line(now), now);
        }
    }

    /** Writes a line of its own, above the one that is redrawn. */
    public synchronized void say(String text) {
        output.print(terminal ? TO_LINE_START_AND_CLEAR + text + "\n" : text + "\n");
        output.flush();
    }

    /** Leaves a last line that says how much was done in which time. May be called again without effect. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        Duration took = time.elapsed().minus(begin);
        String last = "%s  %s in %s".formatted(label, done, text(took));
        say(last + rate(done.bytes(), took));
    }

    private void show(String line, Duration now) {
        shownAt = now;
        output.print(terminal ? TO_LINE_START_AND_CLEAR + cut(line) : line + "\n");
        output.flush();
    }

    private String line(Duration now) {
        Sample oldest = samples.getFirst();
        long recentBytes = Math.max(0, done.bytes() - oldest.done());
        Duration recent = now.minus(oldest.time());
        ByteCount all = total;
        if (all == null) {
            return "%s  %s%s".formatted(label, done, rate(recentBytes, recent));
        }
        long percent = all.bytes() == 0 ? 100 : Math.min(100, (long) (100.0 * done.bytes() / all.bytes()));
        return "%s  %s of %s  %d %%%s%s"
                .formatted(label, done, all, percent, rate(recentBytes, recent), left(all, recentBytes, recent));
    }

    private String left(ByteCount all, long recentBytes, Duration recent) {
        long bytesLeft = Math.max(0, all.bytes() - done.bytes());
        if (recentBytes == 0) {
            return "";
        }
        double seconds = bytesLeft / (recentBytes / (recent.toMillis() / 1000.0));
        return "  %s left".formatted(text(Duration.ofSeconds((long) Math.ceil(seconds))));
    }

    private static String rate(long bytes, Duration in) {
        return in.toMillis() == 0 ? "" : "  %s/s".formatted(new ByteCount((long) (bytes / (in.toMillis() / 1000.0))));
    }

    private static String text(Duration duration) {
        if (duration.toMinutes() == 0) {
            return duration.toSeconds() + " s";
        }
        return duration.toHours() == 0
                ? "%d min %02d s".formatted(duration.toMinutes(), duration.toSecondsPart())
                : String.format(Locale.ROOT, "%d h %02d min", duration.toHours(), duration.toMinutesPart());
    }

    private static String cut(String line) {
        return line.length() <= WIDTH ? line : line.substring(0, WIDTH);
    }
}
