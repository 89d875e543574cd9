package dev.lifeboat.bench.served;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.bench.ServedWay.RandomFigures;
import dev.lifeboat.model.LifeboatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NbdReadersTest {

    @Test
    void percentilesAreReadBehindWhatTheEngineSays() {
        assertThat(NbdReaders.figures("""
                        fio: connected to NBD server
                        {"jobs": [{"read": {"clat_ns": {"percentile": {"50.000000": 310000, "99.000000": 4200000}}}}]}
                        """)).isEqualTo(new RandomFigures(0.31, 4.2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "fio: failed", "{", "{\"jobs\": []}"})
    void whatIsNoResultIsAFailure(String output) {
        assertThatThrownBy(() -> NbdReaders.figures(output)).isInstanceOf(LifeboatException.class);
    }
}
