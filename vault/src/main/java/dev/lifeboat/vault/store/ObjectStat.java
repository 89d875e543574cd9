package dev.lifeboat.vault.store;

/**
 * What a store says of an object without reading it. There is no time in it on purpose: nothing may be decided by the
 * clocks of stores.
 *
 * @param name its name
 * @param size its length in bytes
 */
public record ObjectStat(ObjectName name, long size) {

    public ObjectStat {
        if (size < 0) {
            throw new IllegalArgumentException(name + " with a size of " + size);
        }
    }
}
