package dev.lifeboat.vault.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.github.luben.zstd.Zstd;
import dev.lifeboat.vault.key.SessionId;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SealingTest {

    private static final KeyringOfTests KEYS = new KeyringOfTests(1);

    private final SinkInMemory sink = new SinkInMemory();

    static Stream<Arguments> contents() {
        return Stream.of(SlotKind.values())
                .flatMap(kind -> Stream.of(
                                0, 1, 2, 15, 16, 17, 511, 512, 4095, 4096, 8192, 8193, 40_000, 65_535, 65_536)
                        .filter(length -> length <= kind.maxContentBytes())
                        .flatMap(length -> Stream.of(
                                Arguments.of(kind, "zeros", new byte[length]),
                                Arguments.of(kind, "text", Contents.text(length)),
                                Arguments.of(kind, "mixed", Contents.mixed(length, length)),
                                Arguments.of(kind, "random", Contents.random(length, length)))));
    }

    @ParameterizedTest
    @MethodSource("contents")
    void aSlotOpensToWhatWentIn(SlotKind kind, String what, byte[] content) throws InterruptedException {
        SlotAddress at = seal(kind, content);

        assertThat(open(opener(kind), at, sink.slot(at)))
                .as("%d bytes: %s", content.length, what)
                .isEqualTo(content);
        assertThat(at.length()).isLessThanOrEqualTo(content.length + 1 + SlotCipher.TAG_LENGTH);
    }

    @Test
    void aBlockMayLieAnywhereInItsArray() throws InterruptedException {
        byte[] around = Contents.mixed(3 * Block.SIZE, 5);
        byte[] inside = Arrays.copyOfRange(around, 1000, 1000 + Block.SIZE);
        SlotAddress at;
        try (PackWriter packs = writer()) {
            at = sealer(SlotKind.BLOCK).seal(around, 1000, Block.SIZE, Contents.digest(1), packs);
            packs.finish();
        }
        assertThat(open(opener(SlotKind.BLOCK), at, sink.slot(at))).isEqualTo(inside);
    }

    @Test
    void whatCompressesTakesLessRoom() throws InterruptedException {
        assertThat(seal(SlotKind.BLOCK, Contents.text(Block.SIZE)).length()).isLessThan(1000);
        assertThat(seal(SlotKind.BLOCK, Contents.random(Block.SIZE, 1)).length())
                .isEqualTo(Block.SIZE + 17);
    }

    @ParameterizedTest
    @EnumSource
    void aSlotWithAnyBitFlippedIsRefused(SlotKind kind) throws InterruptedException {
        for (byte[] content : new byte[][] {{}, {7}, Contents.text(kind.maxContentBytes())}) {
            SlotAddress at = seal(kind, content);
            byte[] sealed = sink.slot(at);
            SlotOpener opener = opener(kind);
            for (int bit = 0; bit < 8 * sealed.length; bit++) {
                assertRefusedWithBitFlipped(opener, at, sealed, bit);
            }
            assertThat(open(opener, at, sealed)).isEqualTo(content);
        }
    }

    @Test
    void aLongSlotWithSomeBitFlippedIsRefused() throws InterruptedException {
        SlotAddress at = seal(SlotKind.BLOCK, Contents.random(Block.SIZE, 3));
        byte[] sealed = sink.slot(at);
        SlotOpener opener = opener(SlotKind.BLOCK);
        RandomGenerator random = Contents.seeded(20);
        for (int i = 0; i < 2000; i++) {
            assertRefusedWithBitFlipped(opener, at, sealed, random.nextInt(8 * sealed.length));
        }
    }

    private static void assertRefusedWithBitFlipped(SlotOpener opener, SlotAddress at, byte[] sealed, int bit) {
        sealed[bit / 8] ^= (byte) (1 << bit % 8);
        assertThat(opener.open(at.pack(), at.slot(), sealed, 0, sealed.length, new byte[Block.SIZE]))
                .as("bit %d", bit)
                .isNegative();
        sealed[bit / 8] ^= (byte) (1 << bit % 8);
    }

    @ParameterizedTest
    @EnumSource
    void aSlotThatIsCutOrExtendedIsRefused(SlotKind kind) throws InterruptedException {
        SlotAddress at = seal(kind, Contents.text(100));
        byte[] sealed = sink.slot(at);
        SlotOpener opener = opener(kind);
        for (int length = 0; length < sealed.length + 20; length++) {
            int result = opener.open(
                    at.pack(), at.slot(), Arrays.copyOf(sealed, length), 0, length, new byte[kind.maxContentBytes()]);
            assertThat(result).isEqualTo(length == sealed.length ? 100 : -1);
        }
        byte[] large = Arrays.copyOf(sealed, 2 * Block.SIZE);
        assertThat(opener.open(at.pack(), at.slot(), large, 0, large.length, new byte[Block.SIZE]))
                .isNegative();
    }

    @ParameterizedTest
    @EnumSource
    void aSlotOpensOnlyAsWhatItIs(SlotKind kind) throws InterruptedException {
        SlotAddress at = seal(kind, Contents.text(100));
        byte[] sealed = sink.slot(at);
        PackId pack = at.pack();
        byte[] into = new byte[kind.maxContentBytes()];
        SlotKind otherKind = kind == SlotKind.BLOCK ? SlotKind.NODE : SlotKind.BLOCK;
        PackKeys sameForBothKinds = (id, _) -> KEYS.of(id, kind);
        PackKeys sameForAllPacks = (_, any) -> KEYS.of(pack, any);
        byte[] otherVault = Contents.VAULT_ID.clone();
        otherVault[15] ^= 1;

        assertThat(opener(kind).open(pack, at.slot() + 1, sealed, 0, sealed.length, into))
                .as("another slot")
                .isNegative();
        assertThat(new SlotOpener(kind, Contents.VAULT_ID, sameForAllPacks, new Zstandard(1))
                        .open(new PackId(pack.session(), pack.number() + 1), at.slot(), sealed, 0, sealed.length, into))
                .as("another pack, even with the same key")
                .isNegative();
        assertThat(new SlotOpener(otherKind, Contents.VAULT_ID, sameForBothKinds, new Zstandard(1))
                        .open(pack, at.slot(), sealed, 0, sealed.length, into))
                .as("another kind, even with the same key")
                .isNegative();
        assertThat(new SlotOpener(kind, otherVault, KEYS, new Zstandard(1))
                        .open(pack, at.slot(), sealed, 0, sealed.length, into))
                .as("another vault")
                .isNegative();
        assertThat(new SlotOpener(kind, Contents.VAULT_ID, new KeyringOfTests(2), new Zstandard(1))
                        .open(pack, at.slot(), sealed, 0, sealed.length, into))
                .as("another key")
                .isNegative();
        assertThat(opener(kind).open(pack, at.slot(), sealed, 0, sealed.length, into))
                .as("itself")
                .isEqualTo(100);
    }

    @Test
    void aSlotOpensByThePageOfTheFormatAlone() throws InterruptedException, GeneralSecurityException {
        byte[] content = Contents.text(5000);
        SlotAddress at;
        try (PackWriter packs = writer()) {
            SlotSealer sealer = sealer(SlotKind.BLOCK);
            sealer.seal(content, 0, 10, Contents.digest(1), packs);
            at = sealer.seal(content, 0, content.length, Contents.digest(2), packs);
            packs.finish();
        }
        Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding");
        byte[] nonce = ByteBuffer.allocate(12).putLong(0).putInt(1).array();
        gcm.init(Cipher.DECRYPT_MODE, KEYS.of(at.pack(), SlotKind.BLOCK), new GCMParameterSpec(128, nonce));
        gcm.updateAAD(Contents.VAULT_ID);
        gcm.updateAAD(at.pack().bytes());
        gcm.updateAAD(ByteBuffer.allocate(5).putInt(1).put((byte) 1).array());
        byte[] plain = gcm.doFinal(sink.slot(at));

        assertThat(plain[0]).isEqualTo((byte) 1);
        assertThat(Zstd.decompress(Arrays.copyOfRange(plain, 1, plain.length), Block.SIZE))
                .isEqualTo(content);
    }

    @Test
    void aGenuineSlotOfAWriterThatBreaksTheFormatIsRefused() {
        assertThat(openPlain(SlotKind.NODE, new byte[0])).as("no codec").isNegative();
        assertThat(openPlain(SlotKind.NODE, new byte[] {2, 1, 1}))
                .as("unknown codec")
                .isNegative();
        assertThat(openPlain(SlotKind.NODE, new byte[] {1, 1, 1}))
                .as("no frame")
                .isNegative();
        assertThat(openPlain(SlotKind.NODE, frame(new byte[4096]))).isEqualTo(4096);
        assertThat(openPlain(SlotKind.NODE, frame(new byte[4097])))
                .as("more than a node has")
                .isNegative();
        assertThat(openPlain(SlotKind.BLOCK, frame(new byte[10 * Block.SIZE])))
                .as("more than a block has")
                .isNegative();
        assertThat(openPlain(SlotKind.NODE, new byte[4098]))
                .as("more than a node has, not compressed")
                .isNegative();
    }

    private static byte[] frame(byte[] content) {
        byte[] frame = Zstd.compress(content);
        return ByteBuffer.allocate(1 + frame.length).put((byte) 1).put(frame).array();
    }

    /** Seals a plain slot made by hand and opens it into an array with room for anything. */
    private static int openPlain(SlotKind kind, byte[] plain) {
        PackId pack = new PackId(new SessionId(9), 1);
        int length = plain.length + SlotCipher.TAG_LENGTH;
        byte[] sealed = new byte[length];
        new SlotCipher(Contents.VAULT_ID)
                .seal(KEYS.of(pack, kind), kind, new SlotAddress(pack, 3, 0, length), plain, sealed);
        return opener(kind).open(pack, 3, sealed, 0, length, new byte[16 * Block.SIZE]);
    }

    @Test
    void anAddressHasNumbersThatTheFormatHasRoomFor() {
        PackId pack = new PackId(new SessionId(9), 1);
        assertThat(new SlotAddress(pack, 65_534, Integer.MAX_VALUE, 0xffffff).slot())
                .isEqualTo(65_534);
        assertThatIllegalArgumentException().isThrownBy(() -> new SlotAddress(pack, 65_535, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new SlotAddress(pack, -1, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new SlotAddress(pack, 0, -1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new SlotAddress(pack, 0, 0, 0x1000000));
    }

    private SlotAddress seal(SlotKind kind, byte[] content) throws InterruptedException {
        try (PackWriter packs = writer()) {
            SlotAddress at = sealer(kind).seal(content, 0, content.length, Contents.digest(1), packs);
            packs.finish();
            return at;
        }
    }

    private long session;

    private PackWriter writer() {
        return new PackWriter(Contents.ids(session++), sink, 1 << 18, 1);
    }

    private static SlotSealer sealer(SlotKind kind) {
        return new SlotSealer(kind, Contents.VAULT_ID, KEYS, new Zstandard(Zstandard.LEVEL));
    }

    private static SlotOpener opener(SlotKind kind) {
        return new SlotOpener(kind, Contents.VAULT_ID, KEYS, new Zstandard(Zstandard.LEVEL));
    }

    private static byte[] open(SlotOpener opener, SlotAddress at, byte[] sealed) {
        byte[] into = new byte[Block.SIZE];
        int length = opener.open(at.pack(), at.slot(), sealed, 0, sealed.length, into);
        assertThat(length).isNotNegative();
        return Arrays.copyOf(into, length);
    }
}
