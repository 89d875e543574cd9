package dev.lifeboat.lab.scribe;

/**
 * Consecutive places of records on scribe's disk.
 *
 * @param from the number of the record that belongs at the first of them
 * @param to the number of the record that belongs at the last of them, at least {@code from}
 */
public record Places(long from, long to) {

    @Override
    public String toString() {
        return from == to ? Long.toString(from) : from + " to " + to;
    }
}
