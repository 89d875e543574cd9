package dev.lifeboat.network;

import java.util.List;

/**
 * A network as it is there.
 *
 * @param name of the network
 * @param subnet its addresses
 * @param gateway the router's address in it
 * @param forward what leads out of it
 * @param bridge what machines are plugged into: {@code <interface type='bridge'><source bridge='…'/>}
 * @param plugged the links of machines that are plugged in
 */
public record NetworkState(
        Label name, Subnet subnet, Ipv4Address gateway, ForwardMode forward, String bridge, List<String> plugged) {

    public NetworkState {
        plugged = List.copyOf(plugged);
    }
}
