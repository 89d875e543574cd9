package dev.lifeboat.bench;

import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * What a guest might write between two points: 10 MiB in 160 places all over the disk, each of 64 KiB and aligned, for
 * that is how hypervisors keep count of dirty blocks. The first half of each is random, the rest one repeated byte, so
 * that it compresses to about a half. Repeatable from the generator's seed; not for several threads.
 */
final class ScatteredChanges {

    /** The unit in which hypervisors report by default. */
    static final int RANGE_BYTES = 1 << 16;

    /** What the gate is stated for. */
    static final ByteCount DIRTY = ByteCount.ofMebibytes(10);

    private final RandomGenerator random;
    private final long diskBytes;

    /** @param diskBytes at least twice {@link #DIRTY}, so that the places are scattered */
    ScatteredChanges(RandomGenerator random, long diskBytes) {
        if (diskBytes < 2 * DIRTY.bytes()) {
            throw new LifeboatException(
                    ErrorCode.CLI_WRONG_USAGE,
                    "A disk of %s is too small to change %s of it.".formatted(new ByteCount(diskBytes), DIRTY));
        }
        this.random = random;
        this.diskBytes = diskBytes;
    }

    /** The next places, in order. */
    List<ByteRange> next() {
        TreeSet<Long> places = new TreeSet<>();
        while (places.size() < DIRTY.bytes() / RANGE_BYTES) {
            places.add(random.nextLong(diskBytes / RANGE_BYTES));
        }
        return places.stream()
                .map(place -> new ByteRange(place * RANGE_BYTES, RANGE_BYTES))
                .toList();
    }

    /** Other bytes for each of these places, for whoever writes them itself. */
    SequencedMap<ByteRange, byte[]> contents(List<ByteRange> places) {
        SequencedMap<ByteRange, byte[]> contents = new LinkedHashMap<>();
        places.forEach(place -> contents.put(place, piece()));
        return contents;
    }

    private byte[] piece() {
        byte[] half = new byte[RANGE_BYTES / 2];
        random.nextBytes(half);
        byte[] whole = new byte[RANGE_BYTES];
        Arrays.fill(whole, half[0]);
        System.arraycopy(half, 0, whole, 0, half.length);
        return whole;
    }

    /**
     * Writes other bytes there.
     *
     * @throws LifeboatException with {@link ErrorCode#CLI_FILE_UNWRITABLE}
     */
    void write(Path image, List<ByteRange> places) {
        try (FileChannel channel = FileChannel.open(image, StandardOpenOption.WRITE)) {
            for (ByteRange place : places) {
                ByteBuffer bytes = ByteBuffer.wrap(piece());
                while (bytes.hasRemaining()) {
                    channel.write(bytes, place.offset() + bytes.position());
                }
            }
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.CLI_FILE_UNWRITABLE, "%s could not be written: %s".formatted(image, e), e);
        }
    }
}
