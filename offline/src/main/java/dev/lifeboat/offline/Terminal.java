package dev.lifeboat.offline;

import java.io.BufferedReader;
import java.io.Console;
import java.util.Optional;

/** Where a person who is asked something answers. */
@FunctionalInterface
interface Terminal {

    /** What the person types; empty when nobody is there. */
    Optional<BufferedReader> keyboard();

    /** The terminal on which this process was started, if it was. */
    static Terminal ofThisProcess() {
        return () -> Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .map(console -> new BufferedReader(console.reader()));
    }
}
