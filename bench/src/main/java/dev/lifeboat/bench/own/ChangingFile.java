package dev.lifeboat.bench.own;

import dev.lifeboat.bench.ByteRange;
import dev.lifeboat.host.SparseFile;
import dev.lifeboat.vault.capture.DiskSource;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** A raw image that somebody else changes between points. */
record ChangingFile(Path image) implements ChangingDisk {

    @Override
    public DiskSource now(List<ByteRange> changed) throws IOException {
        SparseFile holes = SparseFile.open(image);
        FileChannel content = FileChannel.open(image, StandardOpenOption.READ);
        return new DiskSource() {

            @Override
            public long size() {
                return holes.size();
            }

            @Override
            public void read(long offset, ByteBuffer into) throws IOException {
                long at = offset;
                while (into.hasRemaining()) {
                    int count = content.read(into, at);
                    if (count < 0) {
                        throw new EOFException(image.toString());
                    }
                    at += count;
                }
            }

            @Override
            public boolean isHole(long offset, long length) {
                return holes.isHole(offset, length);
            }

            @Override
            public void close() throws IOException {
                holes.close();
                content.close();
            }
        };
    }
}
