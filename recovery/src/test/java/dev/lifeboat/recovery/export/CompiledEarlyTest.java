package dev.lifeboat.recovery.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The flags name methods of the JDK, which would pass over others without a word. */
class CompiledEarlyTest {

    @Test
    void thisJdkHasTheMethodsThatAreCompiledEarly() throws Exception {
        assertThat(ExportStarter.COMPILED_EARLY).isNotEmpty();
        for (String named : ExportStarter.COMPILED_EARLY) {
            List<String> parts = List.of(named.split("::", -1));
            assertThat(Arrays.stream(Class.forName(parts.getFirst()).getDeclaredMethods())
                            .map(Method::getName))
                    .as(named)
                    .contains(parts.getLast());
        }
    }

    /** The launcher begins other processes that open and seal blocks, and is no Java that could share the list. */
    @Test
    void theLauncherNamesTheSame() throws Exception {
        String launcher = Files.readString(Path.of("..", "lifeboat"));
        assertThat(ExportStarter.COMPILED_EARLY)
                .allSatisfy(named -> assertThat(launcher).contains(named));
    }
}
