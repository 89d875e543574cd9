package dev.lifeboat.lab.scribe;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A record on scribe's disk. It fills one sector, so that a crash leaves it old or new on any disk that keeps its word.
 *
 * <p>The layout (see {@code docs/formats/scribe-record.md}), ASCII, {@value #BYTES} bytes, record n from 1 at byte (n −
 * 1) × 512:
 *
 * <pre>
 *   0  "SCRIBE1 "                      magic and version
 *   8  16 digits, a space              the record's number
 *  25  10 digits, a space              when it was written, seconds since 1970
 *  36  64 hexadecimal digits           SHA-256 of the 36 bytes before
 * 100  spaces
 * 511  line feed
 * </pre>
 *
 * @param number from 1, each one higher than the one before it on the disk
 * @param writtenAt by scribe's clock, in whole seconds
 */
public record ScribeRecord(long number, Instant writtenAt) {

    /** The length of a record: one sector. */
    public static final int BYTES = 512;

    private static final long HIGHEST_NUMBER = 9_999_999_999_999_999L;
    private static final long LAST_SECOND = 9_999_999_999L;
    private static final int HEAD_BYTES = 36;
    private static final Pattern TEXT = Pattern.compile("SCRIBE1 ([0-9]{16}) ([0-9]{10}) ([0-9a-f]{64}) {411}\n");

    public ScribeRecord {
        if (number < 1 || number > HIGHEST_NUMBER) {
            throw new IllegalArgumentException("a record with the number " + number);
        }
        writtenAt = Instant.ofEpochSecond(writtenAt.getEpochSecond());
        if (writtenAt.getEpochSecond() < 0 || writtenAt.getEpochSecond() > LAST_SECOND) {
            throw new IllegalArgumentException("a record written at " + writtenAt);
        }
    }

    /** The {@value #BYTES} bytes of this record. */
    public byte[] encode() {
        byte[] sector = new byte[BYTES];
        Arrays.fill(sector, (byte) ' ');
        String head = String.format(Locale.ROOT, "SCRIBE1 %016d %010d ", number, writtenAt.getEpochSecond());
        byte[] start = (head + checksum(head)).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(start, 0, sector, 0, start.length);
        sector[BYTES - 1] = '\n';
        return sector;
    }

    /** The record that a sector holds; none when any byte of it is wrong. */
    public static Optional<ScribeRecord> parse(byte[] sector) {
        String text = new String(sector, StandardCharsets.ISO_8859_1);
        Matcher fields = TEXT.matcher(text);
        if (!fields.matches() || !checksum(text.substring(0, HEAD_BYTES)).equals(fields.group(3))) {
            return Optional.empty();
        }
        long number = Long.parseLong(fields.group(1));
        Instant writtenAt = Instant.ofEpochSecond(Long.parseLong(fields.group(2)));
        return number == 0 ? Optional.empty() : Optional.of(new ScribeRecord(number, writtenAt));
    }

    private static String checksum(String head) {
        try {
            byte[] bytes = head.getBytes(StandardCharsets.ISO_8859_1);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
