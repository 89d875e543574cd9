package dev.lifeboat.bench.own;

import dev.lifeboat.bench.ByteRange;
import dev.lifeboat.vault.capture.DiskSource;
import java.io.IOException;
import java.util.List;

/** A disk that is read again for each point. */
interface ChangingDisk {

    /**
     * The disk as it is now.
     *
     * @param changed where it differs from what it was at the last point
     */
    DiskSource now(List<ByteRange> changed) throws IOException;
}
