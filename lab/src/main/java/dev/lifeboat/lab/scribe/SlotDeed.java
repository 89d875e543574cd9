package dev.lifeboat.lab.scribe;

import org.jspecify.annotations.Nullable;

/**
 * What a record says that it does to the slots behind the log, once it is safe itself.
 *
 * @param kind what is done
 * @param from the first slot, from 0
 * @param to the last slot, at least {@code from}; both are 0 when nothing is done
 */
public record SlotDeed(Kind kind, long from, long to) {

    /** A record that stands for itself. */
    public static final SlotDeed NONE = new SlotDeed(Kind.NONE, 0, 0);

    private static final long HIGHEST_SLOT = 9_999_999_999L;

    /** What is done to slots. */
    public enum Kind {
        /** Nothing. */
        NONE('-'),
        /** The record is copied to each of them. */
        WRITE('W'),
        /** Each becomes zeros. */
        ZERO('Z'),
        /** Each is given back to the disk: it becomes zeros, or stays as it is where a disk cannot do that. */
        DISCARD('D');

        private final char sign;

        Kind(char sign) {
            this.sign = sign;
        }

        char sign() {
            return sign;
        }

        /** The kind behind a sign, null when there is none. */
        static @Nullable Kind of(char sign) {
            for (Kind kind : values()) {
                if (kind.sign == sign) {
                    return kind;
                }
            }
            return null;
        }
    }

    public SlotDeed {
        boolean possible = from >= 0 && from <= to && to <= HIGHEST_SLOT;
        if (!possible || (kind == Kind.NONE && to != 0)) {
            throw new IllegalArgumentException("%s of the slots %d to %d".formatted(kind, from, to));
        }
    }

    /** A record that is copied to one slot. */
    public static SlotDeed write(long slot) {
        return new SlotDeed(Kind.WRITE, slot, slot);
    }

    boolean covers(long slot) {
        return kind != Kind.NONE && from <= slot && slot <= to;
    }
}
