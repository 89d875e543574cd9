package dev.lifeboat.agent.endpoint;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an agent can be asked over HTTP. */
sealed interface Asked {

    /** {@code GET /health}. */
    record ForHealth() implements Asked {}

    /** {@code GET /metrics}. */
    record ForMetrics() implements Asked {}

    /** {@code GET /status}. */
    record ForStatus() implements Asked {}

    /** {@code POST /machines/NAME/release}. */
    record ToRelease(String machine) implements Asked {}

    /** {@code POST /machines/NAME/resume}. */
    record ToResume(String machine) implements Asked {}

    /** The name in a path: what may be a machine's name needs no escapes. */
    Pattern MACHINE = Pattern.compile("/machines/([A-Za-z0-9._-]{1,64})/(release|resume)");

    /** Whether it changes something. */
    default boolean changes() {
        return switch (this) {
            case ForHealth _, ForMetrics _, ForStatus _ -> false;
            case ToRelease _, ToResume _ -> true;
        };
    }

    /** What a request means; nothing when it means nothing. */
    static Optional<Asked> of(String method, String path) {
        return switch (method) {
            case "GET" ->
                switch (path) {
                    case "/health" -> Optional.of(new ForHealth());
                    case "/metrics" -> Optional.of(new ForMetrics());
                    case "/status" -> Optional.of(new ForStatus());
                    default -> Optional.empty();
                };
            case "POST" -> {
                Matcher machine = MACHINE.matcher(path);
                yield machine.matches()
                        ? Optional.of(
                                machine.group(2).equals("release")
                                        ? new ToRelease(machine.group(1))
                                        : new ToResume(machine.group(1)))
                        : Optional.empty();
            }
            default -> Optional.empty();
        };
    }
}
