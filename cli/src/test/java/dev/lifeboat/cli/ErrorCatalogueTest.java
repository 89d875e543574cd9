package dev.lifeboat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.model.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorCatalogueTest {

    private static final Path PAGE = Path.of(System.getProperty("lifeboat.root"), "docs/errors.md");
    private static final String COMMAND = "./mvnw -pl cli -am test -Dtest=ErrorCatalogueTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false -Dlifeboat.regenerate=true";

    @Test
    void thePageIsWhatTheTableSays() throws IOException {
        if (Boolean.getBoolean("lifeboat.regenerate")) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, ErrorCatalogue.markdown());
        }

        assertThat(PAGE)
                .as("docs/errors.md is missing; write it with: %s", COMMAND)
                .exists();
        assertThat(Files.readString(PAGE))
                .as("docs/errors.md is out of date; write it anew with: %s", COMMAND)
                .isEqualTo(ErrorCatalogue.markdown());
    }

    @ParameterizedTest
    @EnumSource
    void everyCodeSaysWhatAPersonNeeds(ErrorCode code) {
        assertThat(code.code()).matches("LB-[A-Z]{2,8}-[0-9]{3}");
        assertThat(code.name())
                .as("the name begins with the area")
                .startsWith(code.code().split("-", -1)[1] + "_");
        assertThat(code.cause()).as("cause of %s", code).matches("(?s)\\S.*\\.");
        assertThat(code.safe()).as("what is safe after %s", code).matches("(?s)\\S.*\\.");
        assertThat(code.next()).as("what to do after %s", code).matches("(?s)\\S.*\\.");
    }

    @Test
    void noCodeIsUsedTwice() {
        assertThat(Arrays.stream(ErrorCode.values()).map(ErrorCode::code)).doesNotHaveDuplicates();
    }

    @Test
    void everyAreaHasATitle() {
        assertThat(ErrorCatalogue.markdown()).doesNotContainPattern("(?m)^## [A-Z]{2,}$");
    }
}
