package dev.lifeboat.vault.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectNameTest {

    @ParameterizedTest
    @ValueSource(strings = {"vault.json", "packs/3f/3f9a", "points/web-1/7-12", "a", "A_b-c.d/0..1", "-", "_"})
    void segmentsOfPlainCharactersAreAName(String text) {
        assertThat(ObjectName.of(text)).hasToString(text);
        assertThat(ObjectName.isPrefix(text + '/')).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/a",
                "a/",
                "a//b",
                ".",
                "..",
                "a/..",
                "../a",
                "a/../b",
                "a/./b",
                ".incoming/x",
                "a/.hidden",
                "a b",
                "a\\b",
                "a:b",
                "a%2fb",
                "a\nb",
                "a\0b",
                "ä",
                "a+b",
                "~",
                "a*"
            })
    void nothingElseIsAName(String text) {
        assertThat(ObjectName.isValid(text)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> ObjectName.of(text));
    }

    @Test
    void namesAndSegmentsAreOfBoundedLength() {
        String segment = "s".repeat(ObjectName.MAX_SEGMENT_LENGTH);
        String name = segment + '/' + segment;

        assertThat(ObjectName.isValid(name + "/")).isFalse();
        assertThat(ObjectName.isValid(name)).isTrue();
        assertThat(ObjectName.isValid(segment + 's')).isFalse();
        assertThat(ObjectName.isValid(name + "/12")).isFalse();
        assertThat(ObjectName.isValid("a/".repeat(255) + "ab")).isTrue();
        assertThat(ObjectName.isValid("a/".repeat(256) + "a")).isFalse();
    }

    @Test
    void namesAreOrderedByTheirCharacters() {
        assertThat(ObjectName.of("a-b")).isLessThan(ObjectName.of("a/b"));
        assertThat(ObjectName.of("a/b")).isLessThan(ObjectName.of("a0"));
        assertThat(ObjectName.of("a").child("b")).isEqualByComparingTo(ObjectName.of("a/b"));
    }
}
