package dev.lifeboat.lab.scribe;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A record on scribe's disk. It fills one sector, so that a crash leaves it old or new on any disk that keeps its word.
 *
 * <p>The layout (see {@code docs/formats/scribe-record.md}), ASCII up to byte 152, {@value #BYTES} bytes, record n from
 * 1 at byte ((n − 1) mod ring) × 512:
 *
 * <pre>
 *   0  "SCRIBE2 "                      magic and version
 *   8  16 digits, a space              the record's number
 *  25  10 digits, a space              when it was written, seconds since 1970
 *  36  16 digits, a space              settled: up to this number everything was on the disk
 *  53  10 digits, a space              ring: the places of the log
 *  64  "-", "W", "Z" or "D", a space   the deed: what it does to slots
 *  66  10 digits, a space              the first slot
 *  77  10 digits, a space              the last slot
 *  88  64 hexadecimal digits           SHA-256 of the 88 bytes before
 * 152  359 bytes                       filler, which follows from the checksum and cannot be compressed
 * 511  line feed
 * </pre>
 *
 * @param number from 1, each one higher than the one before it in the log
 * @param writtenAt by scribe's clock, in whole seconds
 * @param settled below {@code number} by {@value #LARGEST_BATCH} at most
 * @param ring how many places the log has: record n takes the place of record n − ring
 * @param deed what it does to slots
 */
public record ScribeRecord(long number, Instant writtenAt, long settled, long ring, SlotDeed deed) {

    /** The length of a record: one sector. */
    public static final int BYTES = 512;

    /** As many records at most are written at once, and may be half there after a crash. The writer's own limit. */
    public static final int LARGEST_BATCH = 512;

    private static final long HIGHEST_NUMBER = 9_999_999_999_999_999L;
    private static final long HIGHEST_TEN_DIGITS = 9_999_999_999L;
    private static final byte[] MAGIC = "SCRIBE2 ".getBytes(StandardCharsets.US_ASCII);
    private static final int NUMBER_AT = 8;
    private static final int TIME_AT = 25;
    private static final int SETTLED_AT = 36;
    private static final int RING_AT = 53;
    private static final int DEED_AT = 64;
    private static final int FROM_AT = 66;
    private static final int TO_AT = 77;
    private static final int HEAD_BYTES = 88;
    private static final int FILLER_AT = 152;
    private static final int SEED_DIGITS = 16;

    public ScribeRecord {
        if (number < 1 || number > HIGHEST_NUMBER) {
            throw new IllegalArgumentException("a record with the number " + number);
        }
        writtenAt = Instant.ofEpochSecond(writtenAt.getEpochSecond());
        if (writtenAt.getEpochSecond() < 0 || writtenAt.getEpochSecond() > HIGHEST_TEN_DIGITS) {
            throw new IllegalArgumentException("a record written at " + writtenAt);
        }
        if (settled < 0 || settled >= number || number - settled > LARGEST_BATCH) {
            throw new IllegalArgumentException("record %d with everything settled up to %d".formatted(number, settled));
        }
        if (ring < 1 || ring > HIGHEST_TEN_DIGITS) {
            throw new IllegalArgumentException("a log of %d places".formatted(ring));
        }
    }

    /** The {@value #BYTES} bytes of this record. */
    public byte[] encode() {
        byte[] sector = new byte[BYTES];
        Arrays.fill(sector, 0, FILLER_AT, (byte) ' ');
        System.arraycopy(MAGIC, 0, sector, 0, MAGIC.length);
        putDigits(sector, NUMBER_AT, 16, number);
        putDigits(sector, TIME_AT, 10, writtenAt.getEpochSecond());
        putDigits(sector, SETTLED_AT, 16, settled);
        putDigits(sector, RING_AT, 10, ring);
        sector[DEED_AT] = (byte) deed.kind().sign();
        putDigits(sector, FROM_AT, 10, deed.from());
        putDigits(sector, TO_AT, 10, deed.to());
        String checksum = checksum(sector);
        System.arraycopy(checksum.getBytes(StandardCharsets.US_ASCII), 0, sector, HEAD_BYTES, checksum.length());
        fill(sector, HexFormat.fromHexDigitsToLong(checksum, 0, SEED_DIGITS) | 1);
        sector[BYTES - 1] = '\n';
        return sector;
    }

    /** The record that a sector holds; none when any byte of it is wrong. */
    public static Optional<ScribeRecord> parse(byte[] sector) {
        if (sector.length != BYTES || !Arrays.equals(sector, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            return Optional.empty();
        }
        SlotDeed.Kind kind = SlotDeed.Kind.of((char) sector[DEED_AT]);
        if (kind == null) {
            return Optional.empty();
        }
        try {
            ScribeRecord record = new ScribeRecord(
                    digits(sector, NUMBER_AT, 16),
                    Instant.ofEpochSecond(digits(sector, TIME_AT, 10)),
                    digits(sector, SETTLED_AT, 16),
                    digits(sector, RING_AT, 10),
                    new SlotDeed(kind, digits(sector, FROM_AT, 10), digits(sector, TO_AT, 10)));
            return Arrays.equals(record.encode(), sector) ? Optional.of(record) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Where in the log this record belongs, counted from 0. */
    long place() {
        return (number - 1) % ring;
    }

    private static void putDigits(byte[] sector, int at, int count, long value) {
        long left = value;
        for (int i = at + count - 1; i >= at; i--) {
            sector[i] = (byte) ('0' + left % 10);
            left /= 10;
        }
    }

    /** -1, which no field may be, when something is no digit. */
    private static long digits(byte[] sector, int at, int count) {
        long value = 0;
        for (int i = at; i < at + count; i++) {
            if (sector[i] < '0' || sector[i] > '9') {
                return -1;
            }
            value = value * 10 + sector[i] - '0';
        }
        return value;
    }

    /** Marsaglia's xorshift64 (Journal of Statistical Software 8/14, 2003), the lowest byte of each word first. */
    private static void fill(byte[] sector, long seed) {
        long word = seed;
        for (int at = FILLER_AT; at < BYTES; at += Long.BYTES) {
            word ^= word << 13;
            word ^= word >>> 7;
            word ^= word << 17;
            for (int i = 0; i < Long.BYTES; i++) {
                sector[at + i] = (byte) (word >>> (8 * i));
            }
        }
    }

    private static String checksum(byte[] sector) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(sector, 0, HEAD_BYTES);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
