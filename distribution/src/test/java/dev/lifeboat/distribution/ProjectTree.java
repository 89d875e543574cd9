package dev.lifeboat.distribution;

import com.google.errorprone.annotations.MustBeClosed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;

/** The checkout in which the tests run. */
final class ProjectTree {

    private ProjectTree() {}

    static Path root() {
        return Path.of(Objects.requireNonNull(System.getProperty("lifeboat.root"), "set by the build"));
    }

    /** Every Java source of the product itself. */
    @MustBeClosed
    static Stream<Path> mainSources() throws IOException {
        return javaSourcesBelow("src/main/java/");
    }

    /** Every Java source of the tests. */
    @MustBeClosed
    static Stream<Path> testSources() throws IOException {
        return javaSourcesBelow("src/test/java/");
    }

    @MustBeClosed
    private static Stream<Path> javaSourcesBelow(String part) throws IOException {
        return Files.walk(root()).filter(path -> {
            String name = root().relativize(path).toString();
            return name.contains(part) && name.endsWith(".java") && !name.contains("target/");
        });
    }
}
