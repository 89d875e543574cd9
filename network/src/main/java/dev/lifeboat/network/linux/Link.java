package dev.lifeboat.network.linux;

import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.network.Ipv4Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A link as {@code ip -json address show} tells it; with {@code -details} the label too.
 *
 * @param alias what it was labelled with; empty when it was not
 * @param master the bridge that it is a port of; empty when it is none
 * @param up whether it was switched on
 * @param addresses of IPv4
 */
record Link(String name, String alias, String master, boolean up, List<Address> addresses) {

    /** An address of a link with its prefix length. */
    record Address(Ipv4Address address, int prefix) {}

    /** The same with a label. */
    Link labelled(String label) {
        return new Link(name, label, master, up, addresses);
    }

    /** The links in an answer, by name. */
    static Map<String, Link> read(ProgramRun run) {
        Map<String, Link> links = new TreeMap<>();
        for (JsonNode node : json(run)) {
            String name = node.path("ifname").asString("");
            if (name.isEmpty()) {
                continue;
            }
            boolean up = false;
            for (JsonNode flag : node.path("flags")) {
                up |= flag.asString("").equals("UP");
            }
            List<Address> addresses = new ArrayList<>();
            for (JsonNode address : node.path("addr_info")) {
                if (address.path("family").asString("").equals("inet")) {
                    addresses.add(new Address(
                            Ipv4Address.of(address.path("local").asString("")),
                            address.path("prefixlen").asInt(32)));
                }
            }
            links.put(
                    name,
                    new Link(
                            name,
                            node.path("ifalias").asString(""),
                            node.path("master").asString(""),
                            up,
                            List.copyOf(addresses)));
        }
        return links;
    }

    /** What {@code ip -json} says; it says nothing at all when there is nothing to say. */
    static JsonNode json(ProgramRun run) {
        String text = run.output().strip();
        return JsonMapper.shared().readTree(text.isEmpty() ? "[]" : text);
    }
}
