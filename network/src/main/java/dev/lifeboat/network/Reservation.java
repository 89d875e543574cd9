package dev.lifeboat.network;

/**
 * An address that is kept for one network card of a machine, whether the guest asks for it or has it set by itself.
 *
 * @param machine whose it is, for people
 * @param mac of the card
 * @param address that it gets
 */
public record Reservation(Label machine, MacAddress mac, Ipv4Address address) {}
