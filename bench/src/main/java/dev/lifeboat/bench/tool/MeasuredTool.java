package dev.lifeboat.bench.tool;

import java.util.List;

/** What a result says of a tool beside its figures. */
public interface MeasuredTool {

    /** Its name in tables and documents. */
    String name();

    /** The version that it tells of itself. */
    String version() throws InterruptedException;

    /** How it is run, for the record: one line for each kind of work, with words in capitals for what differs. */
    List<String> flags();
}
