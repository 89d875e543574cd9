package dev.lifeboat.cli;

/** The forms in which a listing can be asked for with {@code --output}. The names are typed by people: lower case. */
public enum OutputFormat {
    /** Columns for a person. */
    table,
    /** One JSON document for a program; the keys are stable. */
    json,
    /** The same document as YAML. */
    yaml
}
