package dev.lifeboat.offline;

import dev.lifeboat.vault.capture.BlockIndex;
import dev.lifeboat.vault.capture.BlockIndexScope;
import dev.lifeboat.vault.key.Credentials;
import java.io.PrintWriter;
import java.nio.file.Path;

/** What this computer remembers of the blocks of writers; without it they would be stored again. */
final class WritersBlocks {

    private WritersBlocks() {}

    /**
     * Opens it for one session.
     *
     * @param errors where it is told when it cannot be used
     */
    static BlockIndex open(OfflineContext context, Credentials writer, PrintWriter errors) {
        Path folder = context.folders()
                .cache()
                .resolve("vault")
                .resolve(writer.vault().hex());
        // Where it cannot be made the index says so itself, and does without.
        boolean _ = folder.toFile().mkdirs();
        return BlockIndex.open(
                folder.resolve(writer.writer() + ".blocks"),
                BlockIndex.STANDARD_BYTES,
                BlockIndexScope.of(
                        writer.vault(), writer.writer(), writer.treeKeys().fingerprintKey(), 0),
                trouble -> errors.println(trouble));
    }
}
