package dev.lifeboat.vault.pack;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;

/**
 * One Zstandard frame (RFC 8878) for each content. A probe of a piece from the middle skips what does not compress,
 * such as files that are compressed already.
 *
 * <p>The library's contexts lie outside of the heap, a few MiB of them, and are freed some time after this object is no
 * longer used.
 */
public final class Zstandard implements Compression {

    /**
     * Zstandard's own. Level 3 makes a first copy 2 % smaller and takes 9 % longer; see
     * {@code docs/adr/0008-blocks-alone-at-level-one.md}.
     */
    public static final int LEVEL = 1;

    /** Long enough that text and code show that they compress. */
    private static final int PROBE_LENGTH = 4096;

    /** A probe that saves less than a thirty-second is not worth the rest. */
    private static final int PROBE_SAVING_SHIFT = 5;

    private static final Cleaner CLEANER = Cleaner.create();

    private final ZstdCompressCtx probing = new ZstdCompressCtx();
    private final ZstdCompressCtx compressing = new ZstdCompressCtx();
    private final ZstdDecompressCtx expanding = new ZstdDecompressCtx();
    private final byte[] probed = new byte[(int) Zstd.compressBound(PROBE_LENGTH)];

    /** @param level Zstandard's own, from 1 */
    public Zstandard(int level) {
        probing.setLevel(1);
        compressing.setLevel(level);
        CLEANER.register(this, closing(probing, compressing, expanding));
    }

    /** Static, so that what frees the contexts does not itself keep them in use. */
    private static Runnable closing(ZstdCompressCtx probing, ZstdCompressCtx compressing, ZstdDecompressCtx expanding) {
        return () -> {
            probing.close();
            compressing.close();
            expanding.close();
        };
    }

    @Override
    public int compress(byte[] from, int offset, int length, byte[] into, int at) {
        if (length > 2 * PROBE_LENGTH
                && looksRandom(from, offset + length / 4)
                && looksRandom(from, offset + Math.min(3 * (length / 4), length - PROBE_LENGTH))) {
            return 0;
        }
        try {
            int size = compressing.compressByteArray(into, at, into.length - at, from, offset, length);
            return size < length ? size : 0;
        } catch (ZstdException e) {
            // The result has no room: it would not have been smaller.
            return 0;
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private boolean looksRandom(byte[] from, int offset) {
        int size = probing.compressByteArray(probed, 0, probed.length, from, offset, PROBE_LENGTH);
        return size > PROBE_LENGTH - (PROBE_LENGTH >> PROBE_SAVING_SHIFT);
    }

    @Override
    public int expand(byte[] from, int offset, int length, byte[] into, int at, int room) {
        try {
            return expanding.decompressByteArray(into, at, room, from, offset, length);
        } catch (ZstdException e) {
            return -1;
        } finally {
            Reference.reachabilityFence(this);
        }
    }
}
