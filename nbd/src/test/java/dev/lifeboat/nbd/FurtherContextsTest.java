package dev.lifeboat.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An export may tell more of itself than what is allocated. */
@Timeout(60)
class FurtherContextsTest {

    private static final String CHANGED = "x-test:changed";
    private static final String ODD = "x-test:odd";

    @TempDir
    Path folder;

    private final NbdExport export = new NbdExport() {
        @Override
        public String name() {
            return "disk";
        }

        @Override
        public long size() {
            return 1 << 20;
        }

        @Override
        public void read(long offset, ByteBuffer into) {
            into.position(into.limit());
        }

        @Override
        public List<String> furtherContexts() {
            return List.of(ODD, CHANGED);
        }

        @Override
        public List<Extent> blockStatus(String context, long offset, long length, boolean one) {
            return context.equals(CHANGED)
                    ? List.of(new Extent(4096, 1), new Extent((1 << 20) - 4096 - offset, 0))
                    : List.of(new Extent(length, 7));
        }
    };

    @Test
    void eachContextThatWasAskedForIsAnsweredAndNoOther() throws Exception {
        try (NbdServer server = server()) {
            for (boolean extended : new boolean[] {false, true}) {
                try (NbdClient client = NbdClient.to(server.address())
                        .export("disk")
                        .extendedHeaders(extended)
                        .context(CHANGED)
                        .context(Allocation.CONTEXT)
                        .connect()) {
                    assertThat(client.wholeBlockStatus(0, 1 << 20))
                            .isEqualTo(Map.of(
                                    Allocation.CONTEXT,
                                    List.of(new Extent(1 << 20, 0)),
                                    CHANGED,
                                    List.of(new Extent(4096, 1), new Extent((1 << 20) - 4096, 0))));
                }
            }
        }
    }

    @Test
    void aContextAloneDoesNotBringAllocationWithIt() throws Exception {
        try (NbdServer server = server();
                NbdClient client = NbdClient.to(server.address()).context(ODD).connect()) {
            assertThat(client.contexts()).containsExactly(ODD);
            assertThat(client.blockStatus(0, 4096)).isEqualTo(Map.of(ODD, List.of(new Extent(4096, 7))));
        }
    }

    @Test
    void aContextThatTheExportDoesNotHaveIsNotAgreedOn() throws Exception {
        try (NbdServer server = server();
                NbdClient client =
                        NbdClient.to(server.address()).context("x-test:other").connect()) {
            assertThat(client.contexts()).isEmpty();
            assertThatExceptionOfType(NbdException.class).isThrownBy(() -> client.blockStatus(0, 4096));
        }
    }

    private NbdServer server() throws Exception {
        return NbdServer.of(export)
                .listen(NbdAddress.unix(folder.resolve("socket")))
                .start();
    }
}
