package dev.lifeboat.network;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.util.List;
import java.util.Set;

/**
 * The networks of one host for recovered machines.
 *
 * <p>Contract, which every implementation passes a suite of tests for:
 *
 * <ul>
 *   <li>A realm's name is the key. Making what is there, opening what is open, closing what is closed and removing what
 *       is gone succeed and change nothing.
 *   <li>Whoever dies in the middle has done no harm: the next {@link #make} of the same realm completes it, the next
 *       {@link #remove} removes it, and {@link #observe} shows it meanwhile.
 *   <li>What is reported was seen: every answer comes from looking afresh, after the last change. Nothing is remembered
 *       but by the host itself, and nothing outlives a restart of the host.
 *   <li>Nothing is changed when there is a clash.
 *   <li>Into a realm nothing leads, from the host itself neither, until it is opened. Out of a bubble nothing leads
 *       ever.
 *   <li>{@link ErrorCode#NET_CLASH}, {@link ErrorCode#NET_NOT_FOUND} and {@link ErrorCode#NET_UNREADABLE} are
 *       permanent: something has to be changed first. {@link ErrorCode#NET_NOT_MADE} and
 *       {@link ErrorCode#NET_LEFTOVERS}, and what module {@code host} throws for a program that is missing or hangs,
 *       may be retried.
 *   <li>Safe for use by several threads and processes; changes are made one after the other. Every call ends in bounded
 *       time.
 *   <li>Machines that are plugged in keep their network whatever happens to this process.
 * </ul>
 */
public interface Networks {

    /** What stands against making a realm and opening it as said, all of it at once. Changes nothing. */
    List<Clash> check(Realm realm, Openings openings) throws InterruptedException;

    /**
     * Makes a realm, or what is missing of it. One that exists keeps its openings. Reservations, names, domains and
     * resolvers may differ from before and are then changed; the shape of its networks and its owner may not.
     *
     * @return what was seen: all of it, running
     * @throws LifeboatException with {@link ErrorCode#NET_CLASH} or {@link ErrorCode#NET_NOT_MADE}
     */
    RealmState make(Realm realm) throws InterruptedException;

    /**
     * Lets a realm be reached by exactly these openings from now on. What was open before and is not among them is
     * closed in the same moment, for connections that exist too.
     *
     * @return what was seen
     * @throws LifeboatException with {@link ErrorCode#NET_NOT_FOUND} when there is no such realm, or it is not whole;
     *     {@link ErrorCode#NET_CLASH}, or {@link ErrorCode#NET_NOT_MADE}
     */
    RealmState open(Label realm, Openings openings) throws InterruptedException;

    /** Closes a realm, for connections that exist too, in one moment. One that is not there is closed. */
    void close(Label realm) throws InterruptedException;

    /**
     * Removes all there is of a realm, whatever state it is in, and looks whether it is gone. Machines that are still
     * plugged in lose their network.
     */
    Removal remove(RealmId realm) throws InterruptedException;

    /** Everything on this host that belongs to a realm, ours or an earlier process's, in the order of ids. */
    List<RealmState> observe() throws InterruptedException;

    /** What is there and is none of these. */
    default List<RealmState> leftovers(Set<Label> wanted) throws InterruptedException {
        Set<RealmId> ids = wanted.stream().map(RealmId::of).collect(java.util.stream.Collectors.toSet());
        return observe().stream().filter(state -> !ids.contains(state.id())).toList();
    }
}
