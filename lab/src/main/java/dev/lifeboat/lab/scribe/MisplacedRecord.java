package dev.lifeboat.lab.scribe;

/**
 * A sound record that stands where another belongs.
 *
 * @param place where it stands, counted from 1 at the beginning of the disk
 * @param found the record that is there
 */
public record MisplacedRecord(long place, ScribeRecord found) {}
