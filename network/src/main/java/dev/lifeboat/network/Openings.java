package dev.lifeboat.network;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Everything by which a realm is reached from outside of it. */
public record Openings(SortedSet<PublishedPort> ports, SortedSet<AllowRule> rules) {

    /** Nothing. */
    public static final Openings NONE = new Openings(List.of(), List.of());

    public Openings {
        ports = Collections.unmodifiableSortedSet(new TreeSet<>(ports));
        rules = Collections.unmodifiableSortedSet(new TreeSet<>(rules));
    }

    public Openings(Collection<PublishedPort> ports, Collection<AllowRule> rules) {
        this(new TreeSet<>(ports), new TreeSet<>(rules));
    }

    public static Openings of(PublishedPort... ports) {
        return new Openings(List.of(ports), List.of());
    }

    public boolean isEmpty() {
        return ports.isEmpty() && rules.isEmpty();
    }
}
