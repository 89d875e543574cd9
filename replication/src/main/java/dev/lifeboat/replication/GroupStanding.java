package dev.lifeboat.replication;

import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.replication.GroupReport.MachineReport;
import dev.lifeboat.vault.Point;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** How a group stands, for reports. Written by the thread of its cycles, read by any. */
final class GroupStanding {

    /** A cycle now and then may be late; one that is late by a whole period is worth a word. */
    private static final int LATE_PERIODS = 2;

    private final Protection protection;
    private final SeedProgress progress;
    private final Timekeeper time;
    private final Deque<GroupReport.Resync> resyncs = new ArrayDeque<>();
    private Health health = Health.SEEDING;
    private boolean resting;
    private Optional<String> reason = Optional.of("this agent has just started, and its first cycle is still to come");
    private Optional<String> newest = Optional.empty();
    private Optional<Instant> newestStarted = Optional.empty();
    private Optional<GroupReport.Cycle> lastCycle = Optional.empty();
    private List<MachineReport> machines;

    GroupStanding(Protection protection, SeedProgress progress, Timekeeper time) {
        this.protection = protection;
        this.progress = progress;
        this.time = time;
        this.machines = protection.machines().stream()
                .map(name -> new MachineReport(name, Optional.empty(), List.of()))
                .toList();
    }

    synchronized void is(Health now, String why) {
        resting = false;
        health = now;
        reason = Optional.of(why);
    }

    synchronized void isOk() {
        resting = false;
        health = Health.OK;
        reason = Optional.empty();
    }

    /** The machines are off, and the newest point has them as they stopped: it does not grow old. */
    synchronized void rests() {
        isOk();
        resting = true;
    }

    /** What the vault has. */
    synchronized void newest(Point point) {
        newest = Optional.of(point.id().toString());
        newestStarted = Optional.of(point.manifest().taken());
    }

    synchronized void published(GroupReport.Cycle cycle) {
        lastCycle = Optional.of(cycle);
    }

    synchronized void resyncs(String why) {
        if (resyncs.size() == GroupReport.MOST_RESYNCS) {
            resyncs.removeFirst();
        }
        resyncs.addLast(new GroupReport.Resync(time.instant(), why));
    }

    synchronized void machines(List<MachineReport> seen) {
        machines = List.copyOf(seen);
    }

    synchronized GroupReport report() {
        Optional<Duration> lag = newestStarted.map(started -> Duration.between(started, time.instant()));
        Health shown = health;
        Optional<String> why = reason;
        Duration late = protection.period().multipliedBy(LATE_PERIODS);
        if (health == Health.OK
                && !resting
                && lag.filter(one -> one.compareTo(late) > 0).isPresent()) {
            shown = Health.WARNING;
            why = Optional.of("cycles take longer than the period");
        }
        return new GroupReport(
                protection.group(),
                shown,
                why,
                newest,
                newestStarted,
                protection.period(),
                lag,
                lastCycle,
                progress.report(),
                List.copyOf(resyncs),
                machines);
    }
}
