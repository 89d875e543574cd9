package dev.lifeboat.bench.own;

import dev.lifeboat.bench.ByteRange;
import dev.lifeboat.vault.capture.DiskSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * A raw image, and behind its end a disk without a hole that is nowhere (see {@link MappedDisk}), up to a size: as
 * large a disk as one likes, every block of which behind the image is mapped, in a small vault.
 *
 * @param image whole blocks
 * @param size of all of it
 */
record GrownImage(Path image, long size) implements ChangingDisk {

    @Override
    public DiskSource now(List<ByteRange> changed) throws IOException {
        DiskSource front = new ChangingFile(image).now(changed);
        DiskSource behind = new MappedDisk(size).now(changed);
        long border = front.size();
        return new DiskSource() {

            @Override
            public long size() {
                return Math.max(border, size);
            }

            @Override
            public void read(long offset, ByteBuffer into) throws IOException, InterruptedException {
                int inFront = Math.clamp(border - offset, 0, into.remaining());
                if (inFront > 0) {
                    front.read(offset, into.slice(into.position(), inFront));
                    into.position(into.position() + inFront);
                }
                if (into.hasRemaining()) {
                    behind.read(offset + inFront, into);
                }
            }

            @Override
            public boolean isHole(long offset, long length) throws IOException, InterruptedException {
                return offset + length <= border && front.isHole(offset, length);
            }

            @Override
            public void close() throws IOException {
                front.close();
            }
        };
    }
}
