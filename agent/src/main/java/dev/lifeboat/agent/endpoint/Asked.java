package dev.lifeboat.agent.endpoint;

import dev.lifeboat.recovery.task.RecoveryRequest;
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

    /** {@code GET /recoveries}. */
    record ForRecoveries() implements Asked {}

    /** {@code GET /recoveries/NAME}. */
    record ForRecovery(String name) implements Asked {}

    /** {@code POST /recoveries}, with a {@link dev.lifeboat.recovery.task.RecoveryRequest}. */
    record ToRecover() implements Asked {}

    /** {@code POST /homecomings}, with a {@link dev.lifeboat.recovery.task.HomeRequest}. */
    record ToBringHome() implements Asked {}

    /** {@code DELETE /recoveries/NAME}. */
    record ToEnd(String name) implements Asked {}

    /** The same of a recovery. */
    Pattern RECOVERY = Pattern.compile("/recoveries/([A-Za-z0-9._-]{1,64})");

    /** The name in a path: what may be a machine's name needs no escapes. */
    Pattern MACHINE = Pattern.compile("/machines/([A-Za-z0-9._-]{1,64})/(release|resume)");

    /** Whether it changes something. */
    default boolean changes() {
        return switch (this) {
            case ForHealth _, ForMetrics _, ForStatus _, ForRecoveries _, ForRecovery _ -> false;
            case ToRelease _, ToResume _, ToRecover _, ToBringHome _, ToEnd _ -> true;
        };
    }

    /** How many bytes may come with it. */
    default int mostBytes() {
        return this instanceof ToRecover || this instanceof ToBringHome ? RecoveryRequest.MOST_BYTES : 0;
    }

    /** What a request means; nothing when it means nothing. */
    static Optional<Asked> of(String method, String path) {
        return switch (method) {
            case "GET" ->
                switch (path) {
                    case "/health" -> Optional.of(new ForHealth());
                    case "/metrics" -> Optional.of(new ForMetrics());
                    case "/status" -> Optional.of(new ForStatus());
                    case "/recoveries" -> Optional.of(new ForRecoveries());
                    default -> recovery(path).map(ForRecovery::new);
                };
            case "POST" ->
                switch (path) {
                    case "/recoveries" -> Optional.of(new ToRecover());
                    case "/homecomings" -> Optional.of(new ToBringHome());
                    default -> machine(path);
                };
            case "DELETE" -> recovery(path).map(ToEnd::new);
            default -> Optional.empty();
        };
    }

    private static Optional<Asked> machine(String path) {
        Matcher machine = MACHINE.matcher(path);
        if (!machine.matches()) {
            return Optional.empty();
        }
        return Optional.of(
                machine.group(2).equals("release") ? new ToRelease(machine.group(1)) : new ToResume(machine.group(1)));
    }

    private static Optional<String> recovery(String path) {
        Matcher recovery = RECOVERY.matcher(path);
        return recovery.matches() ? Optional.of(recovery.group(1)) : Optional.empty();
    }
}
