package dev.lifeboat.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.hypervisor.DiskDescription.TrackingKind;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class MachineDocumentTest {

    private static final byte[] NVRAM = new byte[540_672];

    private static final MachineDocument DOCUMENT = new MachineDocument(
            new MachineDescription(
                    new Machine(
                            new MachineId(UUID.fromString("6f1c2f7e-95f2-4f51-8a0c-0d3f5c1f8a11")),
                            "web",
                            PowerState.RUNNING),
                    "primary-1",
                    "libvirt",
                    "<domain type='kvm'><name>web</name></domain>",
                    List.of(
                            new DiskDescription(
                                    "vda",
                                    "virtio",
                                    4L << 30,
                                    "qcow2",
                                    "/var/lib/libvirt/images/web.qcow2",
                                    TrackingKind.PERSISTENT,
                                    Optional.empty()),
                            new DiskDescription(
                                    "sda",
                                    "sata",
                                    0,
                                    "raw",
                                    "",
                                    TrackingKind.WHILE_RUNNING,
                                    Optional.of("It is a CD-ROM."))),
                    List.of(new NetworkInterface(
                            "52:54:00:00:00:01", "bridge:br0", "virtio", List.of("10.20.0.11/24"))),
                    Map.of("nvram", NVRAM, "tpm/tpm2-00.permall", new byte[] {1, 2, 3}),
                    List.of("The folder of the host that the guest sees as 'shared' is not protected.")),
            new CheckpointName("lifeboat-1-42-9f3a61c2"));

    static {
        NVRAM[17] = 42;
    }

    private static ObjectNode sample() throws IOException {
        try (InputStream sample =
                Objects.requireNonNull(MachineDocumentTest.class.getResourceAsStream("machine-document-0.json"))) {
            return (ObjectNode) JsonMapper.shared().readTree(sample);
        }
    }

    private static void requireSame(MachineDocument read) {
        assertThat(read).usingRecursiveComparison().isEqualTo(DOCUMENT);
    }

    @Test
    void whatWasWrittenIsRead() {
        requireSame(MachineDocument.read("web", DOCUMENT.toJson()).orElseThrow());
    }

    @Test
    void aDocumentOfVersion0IsReadForEver() throws IOException {
        requireSame(MachineDocument.read("web", sample()).orElseThrow());
    }

    @Test
    void keysThatNobodyKnowsAreIgnored() throws IOException {
        ObjectNode json = sample().put("weather", "fine");
        assertThat(MachineDocument.read("web", json)).isPresent();
    }

    @Test
    void whatIsNoSuchDocumentIsTakenForNothingSaid() throws IOException {
        assertThat(MachineDocument.read("web", JsonMapper.shared().createObjectNode()))
                .isEmpty();
        assertThat(spoilt(json -> json.put("version", 1))).isEmpty();
        assertThat(spoilt(json -> json.put("format", "another"))).isEmpty();
        assertThat(spoilt(json -> json.put("uuid", "not one"))).isEmpty();
        assertThat(spoilt(json -> json.put("power", "dreaming"))).isEmpty();
        assertThat(spoilt(json -> json.remove("definition"))).isEmpty();
        assertThat(spoilt(json -> nvram(json).put("size", 540_671))).isEmpty();
        assertThat(spoilt(json -> nvram(json).put("size", 1L << 40))).isEmpty();
        assertThat(spoilt(json -> nvram(json).put("deflated", "AAAA"))).isEmpty();
    }

    private static ObjectNode nvram(ObjectNode json) {
        return (ObjectNode) json.required("files").required("nvram");
    }

    private static Optional<MachineDocument> spoilt(Consumer<ObjectNode> spoiling) throws IOException {
        ObjectNode json = sample();
        spoiling.accept(json);
        return MachineDocument.read("web", json);
    }

    @Test
    void whatARecoveredMachineLiesOverIsKept() {
        CheckpointName over = CheckpointName.ofRecovery(1, 40, "5b1d9c2e77a0f31400");
        assertThat(over.value()).isEqualTo("lifeboat-recovered-1-40-5b1d9c2e77a0f314");
        assertThat(over.isOurs()).isTrue();
        assertThat(over.isOfRecovery()).isTrue();
        assertThat(DOCUMENT.checkpoint().isOfRecovery()).isFalse();
        MachineDocument recovered =
                new MachineDocument(DOCUMENT.description(), DOCUMENT.checkpoint(), Optional.of(over));
        assertThat(MachineDocument.read("web", recovered.toJson()).flatMap(MachineDocument::over))
                .contains(over);
        assertThat(MachineDocument.read("web", DOCUMENT.toJson()).flatMap(MachineDocument::over))
                .isEmpty();
    }
}
