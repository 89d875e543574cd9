package dev.lifeboat.bench.jmh;

import dev.lifeboat.vault.key.SessionId;
import dev.lifeboat.vault.pack.Digest128;
import dev.lifeboat.vault.pack.PackId;
import dev.lifeboat.vault.pack.SlotAddress;
import dev.lifeboat.vault.tree.TreeNode;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A full leaf of a tree into bytes and back; its blocks lie in three packs. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TreeNodeBench {

    private static final int PACKS = 3;
    private static final int SLOT_LENGTH = 30_000;

    private final TreeNode node = new TreeNode(0);
    private final byte[] encoded;

    /** With every entry stored. */
    public TreeNodeBench() {
        for (int entry = 0; entry < TreeNode.FANOUT; entry++) {
            PackId pack = new PackId(new SessionId(1), 1 + entry % PACKS);
            node.setStored(
                    entry, new SlotAddress(pack, entry, entry * SLOT_LENGTH, SLOT_LENGTH), new Digest128(entry, ~(long)
                            entry));
        }
        encoded = node.encode();
    }

    /** Into bytes. */
    @Benchmark
    public byte[] encode() {
        return node.encode();
    }

    /** From bytes. */
    @Benchmark
    public TreeNode decode() {
        return TreeNode.decode(ByteBuffer.wrap(encoded));
    }

    /** The hash of what is under it. */
    @Benchmark
    public Digest128 hash() {
        return node.hash();
    }
}
