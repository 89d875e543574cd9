package dev.lifeboat.bench.jmh;

import dev.lifeboat.vault.key.SessionId;
import dev.lifeboat.vault.pack.Block;
import dev.lifeboat.vault.pack.PackId;
import dev.lifeboat.vault.pack.SlotAddress;
import dev.lifeboat.vault.pack.SlotCipher;
import dev.lifeboat.vault.pack.SlotKind;
import dev.lifeboat.vault.pack.Zstandard;
import java.security.GeneralSecurityException;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a block of 64 KiB costs on its way into a pack, step by step. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class BlockBench {

    private static final int KEY_LENGTH = 32;
    private static final int VAULT_ID_LENGTH = 16;

    private final byte[] mixed = MixedBlock.bytes();
    private final byte[] zeros = new byte[Block.SIZE];
    private final byte[] packed = new byte[Block.SIZE];
    private final byte[] sealed = new byte[Block.SIZE + SlotCipher.TAG_LENGTH];
    private final Zstandard levelThree = new Zstandard(3);
    private final Zstandard levelOne = new Zstandard(Zstandard.LEVEL);
    private final SecretKey key = new SecretKeySpec(new byte[KEY_LENGTH], "AES");
    private final SlotCipher cipher = new SlotCipher(new byte[VAULT_ID_LENGTH]);
    private final PackId pack = new PackId(new SessionId(1), 1);
    private final Mac mac;
    private int slot;

    /** With everything made beforehand that a writer also makes once. */
    public BlockBench() {
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(new byte[KEY_LENGTH], "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The fingerprint that tells whether a block is known. */
    @Benchmark
    public byte[] fingerprint() {
        return mac.doFinal(mixed);
    }

    /** Packing as for the first copy of a disk. */
    @Benchmark
    public int packAtSeedLevel() {
        return levelThree.compress(mixed, 0, mixed.length, packed, 0);
    }

    /** Packing as for the changes of a period. */
    @Benchmark
    public int packAtCycleLevel() {
        return levelOne.compress(mixed, 0, mixed.length, packed, 0);
    }

    /** AES-256-GCM over a whole block. */
    @Benchmark
    public byte[] seal() {
        // A cipher refuses to seal twice under one nonce, which is made from the number of the slot.
        slot = (slot + 1) % SlotAddress.MAX_SLOTS;
        cipher.seal(key, SlotKind.BLOCK, new SlotAddress(pack, slot, 0, sealed.length), mixed, sealed);
        return sealed;
    }

    /** Finding that a block of zeros is one. */
    @Benchmark
    public boolean zeroScan() {
        return Block.isZero(zeros, 0, zeros.length);
    }
}
