package dev.lifeboat.network.linux;

import dev.lifeboat.network.AllowRule;
import dev.lifeboat.network.Openings;
import dev.lifeboat.network.PublishedPort;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Openings with the port of the way between host and router that each published port goes through. The comments of the
 * host's rules say all of it, so that it is known to whoever looks.
 *
 * @param ports each with its port on the way
 * @param rules for routed networks
 */
record Published(SortedMap<PublishedPort, Integer> ports, Set<AllowRule> rules) {

    static final Published NOTHING = new Published(Collections.emptySortedMap(), Set.of());

    /** Above those that need privileges, for no other reason than that people expect services below. */
    private static final int FIRST_ON_THE_WAY = 1024;

    private static final Pattern COMMENT = Pattern.compile("comment \"(open|allow) ([^\"]*?)(?: via (\\d{1,5}))?\"");

    Published {
        ports = Collections.unmodifiableSortedMap(new TreeMap<>(ports));
        rules = Collections.unmodifiableSet(new TreeSet<>(rules));
    }

    /** Reads the rules of a table as {@code nft} lists them. */
    static Published read(String table) {
        SortedMap<PublishedPort, Integer> ports = new TreeMap<>();
        Set<AllowRule> rules = new TreeSet<>();
        Matcher matcher = COMMENT.matcher(table);
        while (matcher.find()) {
            if (matcher.group(1).equals("allow")) {
                rules.add(AllowRule.of(matcher.group(2)));
            } else {
                ports.put(PublishedPort.of(matcher.group(2)), Integer.parseInt(matcher.group(3)));
            }
        }
        return new Published(ports, rules);
    }

    /** These openings: what is published now keeps its port on the way, and a new one gets one that is free. */
    Published changedTo(Openings wanted) {
        SortedMap<PublishedPort, Integer> changed = new TreeMap<>();
        Set<Integer> used = new HashSet<>(ports.values());
        for (PublishedPort port : wanted.ports()) {
            Integer kept = ports.get(port);
            if (kept == null) {
                kept = FIRST_ON_THE_WAY;
                while (!used.add(kept)) {
                    kept++;
                }
            }
            changed.put(port, kept);
        }
        return new Published(changed, wanted.rules());
    }

    /** What is in either. */
    Published and(Published other) {
        SortedMap<PublishedPort, Integer> both = new TreeMap<>(ports);
        both.putAll(other.ports);
        Collection<AllowRule> all = new TreeSet<>(rules);
        all.addAll(other.rules);
        return new Published(both, new TreeSet<>(all));
    }

    Openings openings() {
        return new Openings(ports.keySet(), rules);
    }

    static String comment(Map.Entry<PublishedPort, Integer> port) {
        return "open %s via %d".formatted(port.getKey(), port.getValue());
    }

    static String comment(AllowRule rule) {
        return "allow " + rule;
    }
}
