package dev.lifeboat.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The tables of docs/testing.md that say which test stands against what: a test that they name exists. A cell of the
 * known traps may be empty until the part concerned is built.
 */
class TrapsTableTest {

    private static final int TRAPS = 30;
    private static final Pattern ROW = Pattern.compile("\\| (\\d+) \\| [^|]+ \\| [^|]+ \\|[^|]*\\|");
    private static final Pattern TEST = Pattern.compile("`(\\w+Test)\\.(\\w+)`");

    @Test
    void everyTrapHasItsRow() throws IOException {
        assertThat(rows().map(row -> Integer.parseInt(row.group(1))).toList())
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, TRAPS).boxed().toList());
    }

    @Test
    void everyTestThatThePageNamesExists() throws IOException {
        List<MatchResult> named = Files.readAllLines(ProjectTree.root().resolve("docs/testing.md")).stream()
                .flatMap(line -> TEST.matcher(line).results())
                .toList();
        assertThat(named).isNotEmpty();
        for (MatchResult test : named) {
            assertThat(exists(test.group(1), test.group(2)))
                    .as("docs/testing.md names %s, which is not in the tree", test.group())
                    .isTrue();
        }
    }

    @Test
    void aTestThatIsNotInTheTreeIsFoundMissing() throws IOException {
        assertThat(exists("TrapsTableTest", "aTestThatIsNotInTheTreeIsFoundMissing"))
                .isTrue();
        assertThat(exists("TrapsTableTest", "no" + "Such")).isFalse();
        assertThat(exists("NoSuchTest", "everyTrapHasItsRow")).isFalse();
    }

    private static Stream<Matcher> rows() throws IOException {
        return Files.readAllLines(ProjectTree.root().resolve("docs/testing.md")).stream()
                .map(ROW::matcher)
                .filter(Matcher::matches);
    }

    private static boolean exists(String testClass, String method) throws IOException {
        try (Stream<Path> sources = ProjectTree.testSources()) {
            for (Path source : sources.toList()) {
                if (Objects.requireNonNull(source.getFileName()).toString().equals(testClass + ".java")
                        && Files.readString(source).contains("void " + method + "(")) {
                    return true;
                }
            }
            return false;
        }
    }
}
