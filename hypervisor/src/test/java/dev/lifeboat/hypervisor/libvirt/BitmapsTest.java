package dev.lifeboat.hypervisor.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.hypervisor.CheckpointState.Tracking;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BitmapsTest {

    private static final DomainDisk DISK = DomainDisk.of(
            XmlElement.parse(
                    "<disk type='file' device='disk'><driver type='qcow2'/><source file='/a' index='4'/><target dev='vda'/></disk>"));

    @Test
    void aChainIsKnownWhenEachBitmapIsThereAndTheLastRecords() {
        assertThat(
                        of(
                                "{'name':'a','persistent':true,'recording':false},{'name':'b','persistent':true,'recording':true}"))
                .isEqualTo(Tracking.INTACT);
    }

    @Test
    void oneThatIsGoneTakesTheChainWithIt() {
        assertThat(of("{'name':'a','persistent':true,'recording':true}")).isEqualTo(Tracking.MISSING);
        assertThat(of("")).isEqualTo(Tracking.MISSING);
    }

    @Test
    void whatNobodyRecordsAnyMoreIsNotBelieved() {
        assertThat(
                        of(
                                "{'name':'a','persistent':true,'recording':false},{'name':'b','persistent':true,'recording':false}"))
                .isEqualTo(Tracking.INCONSISTENT);
    }

    @Test
    void whatWasInUseWhenItsProcessWasKilledIsNotBelieved() {
        assertThat(
                        of(
                                "{'name':'a','persistent':true,'inconsistent':true},{'name':'b','persistent':true,'recording':true}"))
                .isEqualTo(Tracking.INCONSISTENT);
    }

    @Test
    void whatWouldNotSurviveAStopIsNotBelieved() {
        assertThat(
                        of(
                                "{'name':'a','persistent':true,'recording':false},{'name':'b','persistent':false,'recording':true}"))
                .isEqualTo(Tracking.INCONSISTENT);
    }

    private static Tracking of(String bitmaps) {
        String answer = "{'return':[{'node-name':'libvirt-4-format','dirty-bitmaps':[%s]}]}".formatted(bitmaps);
        return Bitmaps.parse(answer.replace('\'', '"')).of(DISK, List.of("a", "b"));
    }
}
