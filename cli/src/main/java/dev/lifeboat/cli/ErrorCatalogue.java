package dev.lifeboat.cli;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.Outcome;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The table of error codes as a page for people: {@code docs/errors.md} is this and nothing else. */
public final class ErrorCatalogue {

    private static final Map<String, String> AREAS = Map.of(
            "HOST", "The host",
            "CLI", "The command line",
            "LAB", "The lab",
            "VAULT", "The vault",
            "AGENT", "The agent",
            "NBD", "Network block devices",
            "REPL", "Replication",
            "RECOVERY", "Recovery",
            "NET", "Networks for recovered machines");

    private ErrorCatalogue() {}

    /** The page, in Markdown, ending in one line feed. */
    public static String markdown() {
        StringBuilder page = new StringBuilder("""
                # Errors

                <!-- Generated from ErrorCode by ErrorCatalogueTest; change the table there, then regenerate. -->

                Every error has a code that never changes its meaning. The message says what happened this time; this
                page says what usually lies behind it, what has not been harmed, and what to do next.

                ## Exit codes

                | exit code | meaning |
                |---|---|
                """);
        for (Outcome outcome : Outcome.values()) {
            page.append("| %d | %s |\n".formatted(outcome.exitCode(), outcome.meaning()));
        }
        byArea().forEach((area, codes) -> {
            page.append("\n## %s\n".formatted(AREAS.getOrDefault(area, area)));
            codes.forEach(code -> page.append(section(code)));
        });
        return page.toString();
    }

    private static Map<String, List<ErrorCode>> byArea() {
        return Arrays.stream(ErrorCode.values())
                .collect(Collectors.groupingBy(ErrorCatalogue::area, LinkedHashMap::new, Collectors.toList()));
    }

    private static String area(ErrorCode code) {
        return code.code().split("-", -1)[1];
    }

    private static String section(ErrorCode code) {
        return """

                ### %s
                %s

                - **Safe:** %s
                - **Next:** %s
                - **Exit code:** %d (%s)
                """.formatted(
                        code.code(),
                        code.cause(),
                        code.safe(),
                        code.next(),
                        code.outcome().exitCode(),
                        code.outcome().meaning());
    }
}
