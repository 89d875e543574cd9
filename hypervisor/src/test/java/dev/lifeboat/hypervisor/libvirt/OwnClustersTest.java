package dev.lifeboat.hypervisor.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.hypervisor.DiskRange;
import dev.lifeboat.hypervisor.HypervisorException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OwnClustersTest {

    private static final String ABSENT = "{ \"start\": 0, \"length\": 65536, \"depth\": 0, \"present\": false,"
            + " \"zero\": true, \"data\": false, \"compressed\": false}";
    private static final String DATA = "{ \"start\": 65536, \"length\": 131072, \"depth\": 0, \"present\": true,"
            + " \"zero\": false, \"data\": true, \"compressed\": false, \"offset\": 327680}";
    private static final String ZERO =
            "{ \"start\": 196608, \"length\": 65536, \"depth\": 0, \"present\": true, \"zero\": true, \"data\": false}";

    @Test
    void whatIsThereIsToldInOneRangeWhetherItHoldsDataOrReadsAsZero() throws Exception {
        assertThat(of("[" + ABSENT + ",", DATA + ",", ZERO + "]")).containsExactly(new DiskRange(65_536, 196_608));
        assertThat(of("[" + ABSENT + "]")).isEmpty();
        assertThat(of("[]")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[" + ABSENT + ",",
                "[" + DATA + "]",
                "[{ \"start\": 0, \"length\": 65536, \"depth\": 0, \"zero\": true, \"data\": false}]",
                "[{ \"start\": 0, \"length\": 0, \"present\": true}]",
                "[{ \"start\": 0, \"len]"
            })
    void anAnswerWithAGapTellsNothing(String answer) {
        assertThatThrownBy(() -> of(answer))
                .isInstanceOfSatisfying(
                        HypervisorException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(HypervisorException.Kind.FAILED));
    }

    private static List<DiskRange> of(String... lines) throws HypervisorException {
        OwnClusters.Extents extents = new OwnClusters.Extents();
        for (String line : lines) {
            extents.line(line);
        }
        return extents.whole("vda");
    }
}
