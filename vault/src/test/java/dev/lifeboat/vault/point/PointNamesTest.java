package dev.lifeboat.vault.point;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.key.Name;
import java.util.List;
import java.util.Locale;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PointNamesTest {

    private static final byte[] DIGEST = new byte[32];

    static {
        DIGEST[0] = (byte) 0xab;
        DIGEST[7] = 1;
    }

    @Test
    void aPointIsNamedByGroupEpochAndSlot() {
        PointId point = PointId.parse("shop@1-42");
        assertThat(point).isEqualTo(new PointId("shop", 1, 42)).hasToString("shop@1-42");
        assertThat(point.objectName()).isEqualTo("points/shop/00000001-0000000042");
        assertThat(PointId.ofName(point.objectName())).contains(point);
        assertThat(point.next()).isEqualTo(new PointId("shop", 1, 43));
        assertThat(point.objectName()).startsWith(PointId.folder("shop")).startsWith(PointId.folder());
    }

    @Test
    void theLargestNumbersHaveTheirNamesToo() {
        PointId last = PointId.parse("a.b_c-d@99999999-9999999999");
        assertThat(last.objectName()).isEqualTo("points/a.b_c-d/99999999-9999999999");
        assertThat(PointId.ofName(last.objectName())).contains(last);
        assertThatIllegalArgumentException().isThrownBy(last::next);
        assertThatIllegalArgumentException().isThrownBy(() -> new PointId("shop", 100_000_000, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new PointId("shop", 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new PointId("shop", 1, 0));
        assertFailsWith(ErrorCode.VAULT_NAME_INVALID, () -> new PointId("..", 1, 1));
    }

    @Test
    void aNameIsTheSameInEveryLanguage() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            PointId point = new PointId("shop", 1, 42);
            assertThat(point).hasToString("shop@1-42");
            assertThat(point.objectName()).isEqualTo("points/shop/00000001-0000000042");
            assertThat(PointHead.of(point, DIGEST)).hasToString("shop@1-42:ab00000000000001");
        } finally {
            Locale.setDefault(before);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "shop",
                "shop@",
                "shop@1",
                "shop@1-",
                "shop@-1",
                "shop@0-1",
                "shop@1-0",
                "shop@01-1",
                "shop@1-01",
                "@1-1",
                ".shop@1-1",
                "sh op@1-1",
                "shop@1-1 ",
                " shop@1-1",
                "shop@1-1\n",
                "a@b@1-1",
                "shop/x@1-1",
                "shop@100000000-1",
                "shop@1-10000000000",
                "shop@1-1-1",
                "shop@١-1",
                "shop@1--1",
                "shop@+1-1"
            })
    void anythingElseIsNoPointsName(String text) {
        assertFailsWith(ErrorCode.VAULT_POINT_UNKNOWN, () -> PointId.parse(text));
        assertFailsWith(ErrorCode.VAULT_POINT_UNKNOWN, () -> PointHead.parse(text));
        assertFailsWith(ErrorCode.VAULT_POINT_UNKNOWN, () -> PointHead.parse(text + ":0123456789abcdef"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "points/shop/00000001-000000042",
                "points/shop/0000001-0000000042",
                "points/shop/00000000-0000000042",
                "points/shop/00000001-0000000000",
                "points/shop/00000001-0000000042/",
                "points//00000001-0000000042",
                "points/../00000001-0000000042",
                "points/a/b/00000001-0000000042",
                "point/shop/00000001-0000000042",
                "/points/shop/00000001-0000000042"
            })
    void anythingElseIsNoPointsObject(String name) {
        assertThat(PointId.ofName(name)).isEmpty();
    }

    @Test
    void pointsAreInTheOrderOfHistoryAndSoAreTheirObjects() {
        List<PointId> ordered = List.of(
                new PointId("a", 1, 1),
                new PointId("a", 1, 2),
                new PointId("a", 1, 10),
                new PointId("a", 1, 4_000_000_000L),
                new PointId("a", 2, 1),
                new PointId("a", 10, 1),
                new PointId("b", 1, 1));
        assertThat(ordered).isSorted();
        assertThat(ordered.stream().map(PointId::objectName)).isSorted();
    }

    @Test
    void aHeadRemembersAPointAndItsContent() {
        PointHead head = PointHead.of(new PointId("shop", 1, 42), DIGEST);
        assertThat(head).hasToString("shop@1-42:ab00000000000001");
        assertThat(PointHead.parse(head.toString())).isEqualTo(head);
        assertThat(head.matches(head)).isTrue();
        assertThat(head.matches(PointHead.parse("shop@1-42:ab00000000000002"))).isFalse();
        assertThat(head.matches(PointHead.parse("shop@1-43:ab00000000000001"))).isFalse();

        PointHead nameOnly = PointHead.parse("shop@1-42");
        assertThat(nameOnly).hasToString("shop@1-42");
        assertThat(nameOnly.matches(head)).isTrue();
        assertThat(head.matches(nameOnly))
                .as("an unknown content proves nothing")
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "shop@1-42:",
                "shop@1-42:0",
                "shop@1-42:0123456789ABCDEF",
                "shop@1-42:0123456789abcdef0",
                ":",
                "::"
            })
    void anythingElseIsNoHead(String text) {
        assertFailsWith(ErrorCode.VAULT_POINT_UNKNOWN, () -> PointHead.parse(text));
    }

    @Test
    void aHeadsDigestIsNothingOrSixteenDigits() {
        PointId point = new PointId("shop", 1, 42);
        assertThatIllegalArgumentException().isThrownBy(() -> new PointHead(point, "abc"));
        assertThat(new PointHead(point, "")).isEqualTo(PointHead.parse("shop@1-42"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "0", "shop", "db-1.example_com", "Z9"})
    void namesAreOfLettersDigitsAndThreeSigns(String name) {
        assertThat(Name.isName(name)).isTrue();
        assertThat(Name.require("group", name)).isEqualTo(name);
        assertThat(Name.isName(name + "x".repeat(64 - name.length()))).isTrue();
        assertThat(Name.isName(name + "x".repeat(65 - name.length()))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "-a", "_a", "a b", "a/b", "a\n", "ä", "a@b", "a:b", "٣", "a\u0000"})
    void otherNamesAreRefused(String name) {
        assertThat(Name.isName(name)).isFalse();
        assertFailsWith(ErrorCode.VAULT_NAME_INVALID, () -> Name.require("group", name));
    }

    private static void assertFailsWith(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        LifeboatException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
