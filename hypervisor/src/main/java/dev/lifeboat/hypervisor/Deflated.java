package dev.lifeboat.hypervisor;

import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Bytes in the zlib format (RFC 1950), in Base64. Firmware variables are half a MiB of almost nothing. */
final class Deflated {

    private static final int BUFFER_BYTES = 4096;

    /** Far more than any firmware or TPM keeps. */
    private static final int MOST_BYTES = 64 << 20;

    private Deflated() {}

    static String deflate(byte[] content) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
        try {
            deflater.setInput(content);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] buffer = new byte[BUFFER_BYTES];
            while (!deflater.finished()) {
                out.write(buffer, 0, deflater.deflate(buffer));
            }
            return Base64.getEncoder().encodeToString(out.toByteArray());
        } finally {
            deflater.end();
        }
    }

    /**
     * The bytes again.
     *
     * @param size how many there must be
     * @throws IllegalArgumentException when there are others
     */
    static byte[] inflate(String text, int size) {
        if (size < 0 || size > MOST_BYTES) {
            throw new IllegalArgumentException("a file of %d bytes".formatted(size));
        }
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(Base64.getDecoder().decode(text));
            byte[] content = new byte[size];
            int got = inflater.inflate(content);
            if (got != size || inflater.inflate(new byte[1]) > 0 || !inflater.finished()) {
                throw new IllegalArgumentException("a file that is not of %d bytes".formatted(size));
            }
            return content;
        } catch (DataFormatException e) {
            throw new IllegalArgumentException(e);
        } finally {
            inflater.end();
        }
    }
}
