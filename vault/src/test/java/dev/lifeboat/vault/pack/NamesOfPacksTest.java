package dev.lifeboat.vault.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.lifeboat.vault.key.SessionId;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesOfPacksTest {

    private static final PackId PACK = new PackId(new SessionId(0xfedcba9876543210L), 0x1a2b);

    @Test
    void aPackIsNamedBySessionAndNumber() {
        assertThat(PACK).hasToString("fedcba98765432100000000000001a2b");
        assertThat(PACK.objectName()).isEqualTo("packs/2b/fedcba98765432100000000000001a2b");
        assertThat(PackId.parse(PACK.toString())).isEqualTo(PACK);
        assertThat(PackId.ofObjectName(PACK.objectName())).isEqualTo(PACK);
        assertThat(PackId.read(ByteBuffer.wrap(PACK.bytes()))).isEqualTo(PACK);
        assertThat(SessionId.parse("fedcba9876543210")).contains(PACK.session());
        assertThat(PACK.session().bytes()).startsWith(0xfe, 0xdc).hasSize(8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "fedcba98765432100000000000001a2",
                "fedcba98765432100000000000001a2b0",
                "fedcba98765432100000000000001A2b",
                "Fedcba98765432100000000000001a2b",
                "fedcba98765432100000000000001a2g",
                "fedcba9876543210-000000000001a2b",
                "fedcba987654321000000000000٠1a2b"
            })
    void anythingElseIsNoPacksName(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> PackId.parse(text));
        assertThatIllegalArgumentException().isThrownBy(() -> PackId.ofObjectName("packs/2b/" + text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "packs/2c/fedcba98765432100000000000001a2b",
                "pack/2b/fedcba98765432100000000000001a2b",
                "fedcba98765432100000000000001a2b",
                "packs/2b/",
                "/"
            })
    void aPackHasOneObjectName(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> PackId.ofObjectName(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "fedcba987654321", "fedcba98765432100", "FEDCBA9876543210", "fedcba98 6543210"})
    void anythingElseIsNoSessionsName(String text) {
        assertThat(SessionId.parse(text)).isEmpty();
    }

    @Test
    void packsAreOrderedAsTheirNamesAre() {
        List<PackId> ordered = Stream.of("00", "7f", "80", "ff")
                .flatMap(first -> Stream.of("00", "7f", "80", "ff")
                        .map(third -> PackId.parse(first + "00000000000000" + third + "00000000000000")))
                .toList();
        assertThat(ordered).isSorted();
        assertThat(ordered.stream().map(PackId::toString)).isSorted();
    }

    @Test
    void twoSessionsDrawnAtRandomHaveDifferentNames() {
        assertThat(SessionId.generate(Contents.seeded(1))).isNotEqualTo(SessionId.generate(Contents.seeded(2)));
    }

    @Test
    void aDigestIsTheFirstHalfOfAHash() {
        byte[] hash = new byte[32];
        hash[0] = 1;
        hash[15] = 2;
        hash[16] = 3;
        assertThat(Digest128.first(hash)).hasToString("01000000000000000000000000000002");
    }

    @Test
    void aDiskIsCutIntoBlocksOfWhichTheLastMayBeShorter() {
        assertThat(Block.count(0)).isZero();
        assertThat(Block.count(1)).isEqualTo(1);
        assertThat(Block.count(65_536)).isEqualTo(1);
        assertThat(Block.count(65_537)).isEqualTo(2);
        assertThat(Block.length(0, 1)).isEqualTo(1);
        assertThat(Block.length(0, 65_537)).isEqualTo(65_536);
        assertThat(Block.length(1, 65_537)).isEqualTo(1);
        assertThat(Block.length(1L << 40, (1L << 56) + 512)).isEqualTo(512);
    }

    @Test
    void aBlockIsZeroWhenAllOfItIs() {
        byte[] bytes = new byte[Block.SIZE + 2];
        bytes[0] = 1;
        bytes[Block.SIZE + 1] = 1;
        assertThat(Block.isZero(bytes, 1, Block.SIZE)).isTrue();
        assertThat(Block.isZero(bytes, 0, 1)).isFalse();
        assertThat(Block.isZero(bytes, 2, Block.SIZE)).isFalse();
        assertThat(Block.isZero(bytes, 0, 0)).isTrue();
    }
}
