package dev.lifeboat.vault.capture;

import dev.lifeboat.model.ByteCount;
import java.nio.file.Path;

/** A process that opens an index, says whether it has it, and remembers packs until it is killed. */
final class BlockIndexProcess {

    /** It ends by itself when its test forgets it. */
    private static final int MOST_PACKS = 100_000;

    static final int PACK_BLOCKS = 100;

    private BlockIndexProcess() {}

    public static void main(String[] arguments) {
        Path file = Path.of(arguments[0]);
        ByteCount most = new ByteCount(Long.parseLong(arguments[1]));
        try (BlockIndex index = BlockIndex.open(file, most, IndexedBlocks.scope(1), trouble -> {})) {
            System.out.println(index.isKept());
            for (long pack = 0; index.isKept() && pack < MOST_PACKS; pack++) {
                index.durable(IndexedBlocks.pack(pack * PACK_BLOCKS, (pack + 1) * PACK_BLOCKS));
                System.out.println(pack);
                if (System.out.checkError()) {
                    return;
                }
            }
        }
    }
}
