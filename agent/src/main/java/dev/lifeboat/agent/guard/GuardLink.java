package dev.lifeboat.agent.guard;

import dev.lifeboat.agent.guard.GuardConnection.GuardSilent;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.replication.Guard;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The guard as the agent sees it: a connection to its process, which is started when it is not there, replaced when it
 * does not answer, and told every second that the agent lives. While there is none, arming fails. Safe for use by
 * several threads.
 */
public final class GuardLink implements Guard, AutoCloseable {

    /** A Java process starts within a second or two, on a busy host in ten. */
    private static final Duration START_LIMIT = Duration.ofSeconds(20);

    private static final Duration LOOK_INTERVAL = Duration.ofMillis(100);

    /** How long it takes at most until a lost guard is noticed and another one is started. */
    private static final Duration WATCH_INTERVAL = Duration.ofMillis(200);

    private static final Logger LOG = LoggerFactory.getLogger(GuardLink.class);

    private final GuardStarter starter;
    private final Timekeeper time;
    private final Thread keeper;
    private final CompletableFuture<GuardConnection> first = new CompletableFuture<>();
    private volatile @Nullable GuardConnection connection;
    private volatile boolean closed;

    private GuardLink(GuardStarter starter, Timekeeper time) {
        this.starter = starter;
        this.time = time;
        this.keeper = Thread.ofPlatform().name("guard-link").daemon().unstarted(this::keep);
    }

    /**
     * Begins to have a guard: one that is there is connected to, or one is started, while the caller goes on with other
     * things.
     */
    public static GuardLink begin(GuardStarter starter, Timekeeper time) {
        GuardLink link = new GuardLink(starter, time);
        link.keeper.start();
        return link;
    }

    /**
     * Waits until there is a guard for the first time.
     *
     * @throws IOException when none could be started; nobody tries again then
     */
    public void await() throws IOException, InterruptedException {
        try {
            GuardConnection _ = first.get();
        } catch (ExecutionException e) {
            throw new IOException(
                    e.getCause() == null ? e.toString() : e.getCause().getMessage(), e);
        }
    }

    /** Whether there is a guard now. */
    public boolean isThere() {
        GuardConnection now = connection;
        return now != null && !now.isBroken();
    }

    @Override
    public Armed arm(Set<MachineId> machines, Hold hold, Duration deadline) throws IOException {
        GuardConnection now = connection;
        if (now == null || now.isBroken()) {
            throw new IOException("there is no guard; one is being started");
        }
        if (machines.isEmpty()) {
            return new Nothing();
        }
        String answer = now.ask("arm %s %d %s"
                .formatted(
                        hold,
                        deadline.toMillis(),
                        machines.stream().map(MachineId::toString).collect(Collectors.joining(" "))));
        if (!answer.startsWith(Protocol.ARMED)) {
            throw new IOException("the guard refused: " + answer.substring(Protocol.REFUSED.length()));
        }
        return new Waiting(now, Long.parseLong(answer.substring(Protocol.ARMED.length())));
    }

    /** A hold of no machine, as of a group whose machines are all off. */
    private static final class Nothing implements Armed {

        @Override
        public boolean fired() {
            return false;
        }

        @Override
        public void close() {
            // Nothing was held.
        }
    }

    /** A hold that the guard knows of, on the connection on which it was told. */
    private static final class Waiting implements Armed {
        private final GuardConnection connection;
        private final long id;
        private boolean over;
        private boolean fired;

        private Waiting(GuardConnection connection, long id) {
            this.connection = connection;
            this.id = id;
        }

        @Override
        public synchronized boolean fired() {
            if (!over && !fired) {
                fired = askedWhetherFired("look ");
            }
            return fired;
        }

        @Override
        public synchronized void close() {
            if (!over) {
                fired |= askedWhetherFired("disarm ");
                over = true;
            }
        }

        /** A guard that is lost frees everything as its connection ends, or when it is started again. */
        private boolean askedWhetherFired(String question) {
            try {
                String answer = connection.ask(question + id);
                return !answer.equals(Protocol.WAITING) && !answer.equals(Protocol.DISARMED);
            } catch (IOException e) {
                return true;
            }
        }
    }

    private void keep() {
        try {
            connection = connect();
        } catch (IOException e) {
            first.completeExceptionally(e);
            return;
        } catch (InterruptedException e) {
            first.completeExceptionally(e);
            Thread.currentThread().interrupt();
            return;
        }
        first.complete(connection);
        watch();
    }

    private void watch() {
        Duration nextBeat = time.elapsed();
        try {
            while (!closed) {
                GuardConnection now = connection;
                if (now == null || now.isBroken()) {
                    now = reconnected();
                    connection = now;
                } else if (time.elapsed().compareTo(nextBeat) >= 0) {
                    beat(now);
                    nextBeat = time.elapsed().plus(Protocol.BEAT_INTERVAL);
                }
                time.pause(WATCH_INTERVAL);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void beat(GuardConnection now) {
        try {
            now.ask(Protocol.BEAT);
        } catch (GuardSilent e) {
            LOG.warn("The guard does not answer and is replaced");
            starter.kill();
        } catch (IOException e) {
            LOG.debug("The connection to the guard broke", e);
        }
    }

    private @Nullable GuardConnection reconnected() throws InterruptedException {
        LOG.warn("The guard is lost; nothing is held until there is another one");
        try {
            GuardConnection found = connect();
            LOG.info("There is a guard again");
            return found;
        } catch (IOException e) {
            LOG.error("There is no guard: {}", e.getMessage());
            return null;
        }
    }

    private GuardConnection connect() throws IOException, InterruptedException {
        Duration deadline = time.elapsed().plus(START_LIMIT);
        boolean started = false;
        while (true) {
            try {
                return GuardConnection.open(starter.files().socket());
            } catch (IOException e) {
                boolean late = time.elapsed().compareTo(deadline) >= 0;
                if (late || e instanceof GuardSilent) {
                    starter.kill();
                    started = false;
                }
                if (late) {
                    throw new IOException("it could not be started within %d s".formatted(START_LIMIT.toSeconds()), e);
                }
            }
            if (!started && starter.running().isEmpty()) {
                Files.createDirectories(starter.files().state());
                starter.start();
                started = true;
            }
            time.pause(LOOK_INTERVAL);
        }
    }

    /** Ends the guard, once nothing is held any more; whatever is held still is freed at once. */
    @Override
    public void close() {
        closed = true;
        awaitFirst();
        keeper.interrupt();
        joinKeeper();
        GuardConnection now = connection;
        if (now != null) {
            try {
                now.ask(Protocol.QUIT);
            } catch (IOException e) {
                LOG.debug("The guard was gone already", e);
            }
            now.close();
        }
    }

    /** One that has been started and is not connected to yet has to be told to end as well. */
    private void awaitFirst() {
        try {
            first.handle((_, _) -> "").get(Protocol.ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("The guard is not there yet", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** It may be about to connect: that connection has to be ended too. */
    private void joinKeeper() {
        try {
            keeper.join(Protocol.ANSWER_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
