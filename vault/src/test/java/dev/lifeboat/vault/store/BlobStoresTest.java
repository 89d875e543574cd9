package dev.lifeboat.vault.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlobStoresTest {

    private final SteppedTime time = new SteppedTime();

    @TempDir
    private Path folder;

    @Test
    void aFolderIsNamedByItsUrlAndSaysTheSameUrl() {
        String url = "file://" + folder + "/my%20vault";

        assertThat(BlobStores.create(url, time, new SplittableRandom(1)).describe())
                .isEqualTo(url);
        assertThat(BlobStores.open(url + '/', time, new SplittableRandom(1)).describe())
                .isEqualTo(url);
        assertThat(folder.resolve("my vault/.incoming")).isEmptyDirectory();
    }

    @Test
    void aFolderThatIsNotThereIsNotFoundAndNotMade() {
        String url = "file://" + folder + "/none";

        assertRefused(ErrorCode.VAULT_NOT_FOUND, url);
        assertThat(folder.resolve("none")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/srv/vault",
                "file:/srv/vault",
                "file://host/srv/vault",
                "s3://bucket/prefix",
                "https://example.org/",
                "file:///srv/my vault",
                "file:///srv/vault?a=b",
                "file:///srv/vault#a",
                "file:///%zz",
                "file:///a%00b"
            })
    void anyOtherAddressIsRefusedWithTheKindsThatAreKnown(String url) {
        assertRefused(ErrorCode.VAULT_URL_INVALID, url);
    }

    private void assertRefused(ErrorCode code, String url) {
        assertThatExceptionOfType(LifeboatException.class)
                .isThrownBy(() -> BlobStores.open(url, time, new SplittableRandom(1)))
                .withMessageContaining(url)
                .matches(e -> e.code() == code);
    }
}
