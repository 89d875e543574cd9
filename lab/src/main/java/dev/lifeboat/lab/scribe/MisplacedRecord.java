package dev.lifeboat.lab.scribe;

/**
 * A sound record that stands where another belongs.
 *
 * @param place the number of the record that belongs there
 * @param found the record that is there
 */
public record MisplacedRecord(long place, ScribeRecord found) {}
