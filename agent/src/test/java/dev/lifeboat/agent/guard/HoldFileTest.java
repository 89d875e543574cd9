package dev.lifeboat.agent.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.replication.Guard.Hold;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HoldFileTest {

    private static final MachineId WEB = new MachineId(UUID.fromString("11111111-2222-3333-4444-555555555555"));
    private static final MachineId DB = new MachineId(UUID.fromString("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"));
    private static final List<Held> SAMPLE = List.of(
            new Held(Hold.CAPTURE, Set.of(WEB, DB), Set.of(WEB, DB)),
            new Held(Hold.SUSPENSION, Set.of(WEB, DB), Set.of(WEB)));

    @TempDir
    private Path folder;

    private Path path;
    private HoldFile file;

    @BeforeEach
    void name() {
        path = folder.resolve("guard.holds");
        file = new HoldFile(path);
    }

    @Test
    void whatWasWrittenIsRead() throws IOException {
        assertThat(file.read()).isEmpty();
        file.write(SAMPLE);
        assertThat(file.read()).isEqualTo(SAMPLE);
        file.write(List.of());
        assertThat(file.read()).isEmpty();
    }

    @Test
    void theFirstVersionStaysAsItIs() throws IOException {
        byte[] frozen;
        try (InputStream sample = Objects.requireNonNull(getClass().getResourceAsStream("guard-1.holds"))) {
            frozen = sample.readAllBytes();
        }
        file.write(SAMPLE);
        assertThat(path).hasBinaryContent(frozen);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "lifeboat-guard 2\nend\n",
                "lifeboat-guard 1\nSUSPENSION 11111111-2222-3333-4444-555555555555+\n",
                "lifeboat-guard 1\nSUSPENSION 11111111-2222-3333-4444-555555555555\nend\n",
                "lifeboat-guard 1\nNAP 11111111-2222-3333-4444-555555555555+\nend\n",
                "lifeboat-guard 1\nSUSPENSION\nend\n"
            })
    void whatIsNotTheGuardsIsRefused(String content) throws IOException {
        Files.writeString(path, content);
        assertThatThrownBy(file::read).isInstanceOf(IOException.class).hasMessageContaining("guard.holds");
    }
}
