package dev.lifeboat.lab.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderTest {

    /** Made with printf and sha256sum. */
    private static final String CHECKSUM = "7b4a4e8e82c35281f0cdeddd61fcb5c879e768e922eecab6bc882709f78886b6";

    private static final String LINE = "7\tAb-9\trope-12mm\t1000\t" + CHECKSUM;

    @Test
    void theChecksumIsThatOfTheFieldsWithBarsBetween() {
        assertThat(new Order(7, "Ab-9", "rope-12mm", 1000).checksum()).isEqualTo(CHECKSUM);
    }

    @Test
    void aLineIsReadAsItWasWritten() {
        Order order = new Order(7, "Ab-9", "rope-12mm", 1000);
        assertThat(order.line()).isEqualTo(LINE);
        assertThat(Order.ofLine(LINE)).contains(order);
    }

    @Test
    void aLineWithAnyCharacterChangedOrMissingIsNoOrder() {
        for (int position = 0; position < LINE.length(); position++) {
            String before = LINE.substring(0, position);
            String after = LINE.substring(position + 1);
            assertThat(Order.ofLine(before + after))
                    .as("without character %d", position)
                    .isEmpty();
            assertThat(Order.ofLine(before + "_" + after))
                    .as("with another character %d", position)
                    .isEmpty();
            assertThat(Order.ofLine(before)).as("cut at character %d", position).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\t\t\t\t", "7", LINE + "\t", LINE + "\r", " " + LINE, "0" + LINE, "+" + LINE})
    void whatIsNotExactlyALineIsNoOrder(String line) {
        assertThat(Order.ofLine(line)).isEmpty();
    }

    @Test
    void fieldsOutOfTheirBoundsMakeNoOrder() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Order(0, "a", "a", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Order(1, "a b", "a", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Order(1, "a".repeat(65), "a", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Order(1, "a", "A", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Order(1, "a", "a", 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Order(1, "a", "a", 1001));
    }
}
