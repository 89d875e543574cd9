package dev.lifeboat.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteCountTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "1023, 1023 B",
        "1024, 1.0 KiB",
        "1536, 1.5 KiB",
        "1048524, 1023.9 KiB",
        "1048575, 1.0 MiB",
        "1610612736, 1.5 GiB",
        "9223372036854775807, 8.0 EiB"
    })
    void isShownWithOneDecimalAndABinaryUnit(long bytes, String text) {
        assertThat(new ByteCount(bytes).text()).isEqualTo(text);
    }

    @Test
    void isNeverNegative() {
        assertThatThrownBy(() -> new ByteCount(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void isMadeFromLargerUnits() {
        assertThat(ByteCount.ofMebibytes(3).text()).isEqualTo("3.0 MiB");
        assertThat(ByteCount.ofGibibytes(2)).isGreaterThan(ByteCount.ofMebibytes(2047));
    }
}
