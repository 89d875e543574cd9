package dev.lifeboat.recovery.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.nbd.NbdAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NbdUriTest {

    @Test
    void aUnixSocketIsNamedByTheQuery() {
        assertThat(NbdUri.of("nbd+unix:///vda?socket=/run/x"))
                .contains(new NbdUri(NbdAddress.unix(Path.of("/run/x")), "vda"));
        assertThat(NbdUri.of("nbd+unix:///shop/vda?a=b&socket=/run/x"))
                .contains(new NbdUri(NbdAddress.unix(Path.of("/run/x")), "shop/vda"));
        assertThat(NbdUri.of("nbd+unix://?socket=x")).contains(new NbdUri(NbdAddress.unix(Path.of("x")), ""));
    }

    @Test
    void percentSignsAreDecodedLast() {
        assertThat(NbdUri.of("nbd+unix:///a%20b?socket=/run/a%26b%20c+d"))
                .contains(new NbdUri(NbdAddress.unix(Path.of("/run/a&b c+d")), "a b"));
    }

    @Test
    void aHostMayHaveAPort() {
        assertThat(NbdUri.of("nbd://db.example/x")).contains(new NbdUri(NbdAddress.tcp("db.example", 10_809), "x"));
        assertThat(NbdUri.of("nbd://127.0.0.1:7")).contains(new NbdUri(NbdAddress.tcp("127.0.0.1", 7), ""));
    }

    @Test
    void anythingElseIsAFile() {
        assertThat(NbdUri.of("/srv/a.raw")).isEmpty();
        assertThat(NbdUri.of("nbd")).isEmpty();
        assertThat(NbdUri.of("nbd.raw")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"nbd:", "nbd:///x", "nbd+unix:", "nbd+unix:///x", "nbd://h:99999/x", "nbd://a b/", "nbd:unix:/x"
            })
    void whatLooksLikeAnAddressMustBeOne(String text) {
        assertThatThrownBy(() -> NbdUri.of(text))
                .isInstanceOfSatisfying(
                        LifeboatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CLI_WRONG_USAGE));
    }
}
