package dev.lifeboat.vault.pack;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;

/**
 * One Zstandard frame (RFC 8878) for each content. What hardly becomes smaller, such as files that are compressed
 * already, is kept as it is; to find that out by a probe of a part costs as much as it saves, since Zstandard hurries
 * through what it finds no matches in.
 *
 * <p>The library's contexts lie outside of the heap, a few MiB of them. They are freed by {@link #close}, or else some
 * time after this object is no longer used.
 */
public final class Zstandard implements Compression {

    /**
     * Zstandard's own. Level 3 makes a first copy 2 % smaller and takes 9 % longer; see
     * {@code docs/adr/0008-blocks-alone-at-level-one.md}.
     */
    public static final int LEVEL = 1;

    /** What does not become a thirty-second smaller is not worth being expanded whenever it is read. */
    private static final int SAVING_SHIFT = 5;

    private static final Cleaner CLEANER = Cleaner.create();

    private final ZstdCompressCtx compressing = new ZstdCompressCtx();
    private final ZstdDecompressCtx expanding = new ZstdDecompressCtx();
    private final Cleaner.Cleanable contexts;

    /** @param level Zstandard's own, from 1 */
    public Zstandard(int level) {
        compressing.setLevel(level);
        contexts = CLEANER.register(this, closing(compressing, expanding));
    }

    /** Static, so that what frees the contexts does not itself keep them in use. */
    private static Runnable closing(ZstdCompressCtx compressing, ZstdDecompressCtx expanding) {
        return () -> {
            compressing.close();
            expanding.close();
        };
    }

    @Override
    public int compress(byte[] from, int offset, int length, byte[] into, int at) {
        try {
            int size = compressing.compressByteArray(into, at, into.length - at, from, offset, length);
            return size <= length - (length >> SAVING_SHIFT) && size < length ? size : 0;
        } catch (ZstdException e) {
            // The result has no room: it would not have been smaller.
            return 0;
        } finally {
            Reference.reachabilityFence(this);
        }
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

    @Override
    public void close() {
        contexts.clean();
    }
}
