package dev.lifeboat.bench;

import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.LifeboatException;

/** One way for the same machine to come up. For one thread. */
public interface BootWay {

    /** Where its disk is, and what is known of its last start. */
    enum Kind {
        /** On the local disk. */
        LOCAL("local"),
        /** In a vault in a folder. */
        VAULT("vault"),
        /** The same, with the trace of an earlier start. */
        VAULT_TRACED("vault, trace"),
        /** In a vault at the other end of a slow link. */
        DISTANT("slow vault"),
        /** The same, with the trace of an earlier start. */
        DISTANT_TRACED("slow vault, trace");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        /** Its name in tables and documents. */
        public String label() {
            return label;
        }
    }

    Kind kind();

    /** The size of the machine's disk. */
    ByteCount disk();

    /**
     * Starts the machine, waits until it answers, and takes everything away again.
     *
     * @throws LifeboatException when it does not come up, or something of it is left
     * @throws InterruptedException when the thread is asked to stop
     */
    BootFigures boot() throws InterruptedException;

    /** For messages. */
    default String text() {
        return "%s, %s".formatted(kind().label(), disk());
    }
}
