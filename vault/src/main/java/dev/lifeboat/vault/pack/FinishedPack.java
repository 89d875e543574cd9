package dev.lifeboat.vault.pack;

import java.nio.ByteBuffer;

/**
 * A complete pack on its way to the store. Its bytes are valid only until the sink returns.
 *
 * @param id its id
 * @param content all its bytes
 * @param slots what is in it
 */
public record FinishedPack(PackId id, ByteBuffer content, Iterable<Slot> slots) {

    /**
     * One slot of it.
     *
     * @param address where it is
     * @param kind what it is
     * @param digest the block's fingerprint or the node's hash
     */
    public record Slot(SlotAddress address, SlotKind kind, Digest128 digest) {}
}
