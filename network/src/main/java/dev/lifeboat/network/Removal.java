package dev.lifeboat.network;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.util.List;

/**
 * How a removal ended, by what was seen afterwards.
 *
 * @param left what is still there, for people; empty when nothing is
 * @param unplugged links of machines that were still plugged in and have lost their network
 * @param notes what else a person should know
 */
public record Removal(RealmId id, List<String> left, List<String> unplugged, List<String> notes) {

    public Removal {
        left = List.copyOf(left);
        unplugged = List.copyOf(unplugged);
        notes = List.copyOf(notes);
    }

    /** Whether nothing was seen of it any more. */
    public boolean isComplete() {
        return left.isEmpty();
    }

    /**
     * This, when it is complete.
     *
     * @throws LifeboatException with {@link ErrorCode#NET_LEFTOVERS} that names what is left
     */
    public Removal orThrow() {
        if (!isComplete()) {
            throw new LifeboatException(
                    ErrorCode.NET_LEFTOVERS,
                    "Of the networks %s there is left: %s.".formatted(id, String.join(", ", left)));
        }
        return this;
    }
}
