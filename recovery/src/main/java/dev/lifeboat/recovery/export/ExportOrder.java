package dev.lifeboat.recovery.export;

import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.SessionKeys;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.key.Name;
import dev.lifeboat.vault.key.PointKeys;
import dev.lifeboat.vault.point.PointId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;

/**
 * What an export is to serve, and everything it needs for that: the keys of the sessions that the point names, and no
 * key that opens anything else. It goes to the process over its standard input and nowhere else. See
 * {@code docs/formats/export-order.md}; all numbers are big-endian:
 *
 * <pre>
 * "LBEXPORT" [8] ‖ u16 version (0) ‖ u32 length ‖ body [length] ‖ SHA-256 of all before [32]
 * body: text vault ‖ text point ‖ text machine ‖ text account ‖ text cache folder ‖ u64 cache bytes
 *       ‖ u32 length ‖ keys [length] ‖ u32 length ‖ boot trace [length]
 * text: u16 length ‖ UTF-8 [length]
 * </pre>
 *
 * @param vault the vault's address
 * @param keys what the point opens with; closed with the order
 * @param point which point
 * @param machine whose disks
 * @param account who may connect to the socket beside root
 * @param cacheFolder where sealed blocks are kept
 * @param cacheSize how many bytes of them; 0 for none
 * @param trace what is fetched first; of any machine
 */
public record ExportOrder(
        String vault,
        PointKeys keys,
        PointId point,
        String machine,
        Optional<Account> account,
        Path cacheFolder,
        ByteCount cacheSize,
        BootTrace trace)
        implements AutoCloseable {

    private static final byte[] MAGIC = "LBEXPORT".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 0;
    private static final int HEAD_BYTES = MAGIC.length + Short.BYTES + Integer.BYTES;
    private static final int CHECKSUM_BYTES = 32;

    /** Keys of the most sessions, the longest trace, and texts. */
    static final int MAX_BYTES = 8 << 20;

    private static final int MAX_TEXT_BYTES = 4096;
    private static final int TEXTS = 5;

    public ExportOrder {
        Name.require("machine", machine);
    }

    /**
     * An order for a machine of a point, by who can open the vault.
     *
     * @param vaultUrl the address at which the export finds the vault
     * @param vault opened
     * @param sessions with what it was opened
     * @throws LifeboatException with {@link ErrorCode#RECOVERY_MACHINE_NOT_IN_POINT}, with
     *     {@link ErrorCode#VAULT_POINT_UNKNOWN}, or with {@link ErrorCode#VAULT_KEY_REQUIRED} when a session cannot be
     *     opened
     */
    public static ExportOrder of(
            String vaultUrl,
            Vault vault,
            SessionKeys sessions,
            PointId id,
            String machine,
            Optional<Account> account,
            Path cacheFolder,
            ByteCount cacheSize,
            BootTrace trace) {
        Point point = vault.point(id);
        requireMachine(point, machine);
        return new ExportOrder(
                vaultUrl, sessions.forPoint(vault, point), id, machine, account, cacheFolder, cacheSize, trace);
    }

    static void requireMachine(Point point, String machine) {
        if (point.manifest().machine(machine).isEmpty()) {
            throw new LifeboatException(
                    ErrorCode.RECOVERY_MACHINE_NOT_IN_POINT,
                    "Point %s has no machine %s.".formatted(point.id(), machine));
        }
    }

    /** The order's bytes. Whoever has them erases them. */
    public byte[] encode() {
        byte[] encodedTrace = trace.encode();
        ByteBuffer into = ByteBuffer.allocate(HEAD_BYTES
                + TEXTS * (Short.BYTES + MAX_TEXT_BYTES)
                + Long.BYTES
                + Integer.BYTES
                + keys.encodedBytes()
                + Integer.BYTES
                + encodedTrace.length
                + CHECKSUM_BYTES);
        try {
            into.put(MAGIC).putShort((short) VERSION).putInt(0);
            putText(into, vault);
            putText(into, point.toString());
            putText(into, machine);
            putText(into, account.map(Account::toString).orElse(""));
            putText(into, cacheFolder.toString());
            into.putLong(cacheSize.bytes());
            into.putInt(keys.encodedBytes());
            keys.encode(into);
            into.putInt(encodedTrace.length).put(encodedTrace);
            into.putInt(HEAD_BYTES - Integer.BYTES, into.position() - HEAD_BYTES);
            into.put(sha256(into.array(), into.position()));
            return Arrays.copyOf(into.array(), into.position());
        } finally {
            Arrays.fill(into.array(), (byte) 0);
        }
    }

    private static void putText(ByteBuffer into, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_TEXT_BYTES) {
            throw new IllegalArgumentException("a text of %d bytes".formatted(bytes.length));
        }
        into.putShort((short) bytes.length).put(bytes);
    }

    /**
     * Reads an order to its end.
     *
     * @throws LifeboatException with {@link ErrorCode#RECOVERY_ORDER_UNREADABLE}
     */
    static ExportOrder read(InputStream from) {
        byte[] bytes = new byte[0];
        try {
            bytes = from.readNBytes(MAX_BYTES + 1);
            return decode(bytes);
        } catch (IOException e) {
            throw unreadable("it breaks off: " + e.getMessage());
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /**
     * The order that {@link #encode} wrote.
     *
     * @throws LifeboatException with {@link ErrorCode#RECOVERY_ORDER_UNREADABLE}
     */
    static ExportOrder decode(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw unreadable("it is too long");
        }
        if (bytes.length < HEAD_BYTES + CHECKSUM_BYTES
                || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw unreadable(bytes.length == 0 ? "it is empty" : "it is none");
        }
        ByteBuffer from = ByteBuffer.wrap(bytes).position(MAGIC.length);
        int version = Short.toUnsignedInt(from.getShort());
        if (version != VERSION) {
            throw unreadable("it has version %d, and this program knows %d".formatted(version, VERSION));
        }
        int length = from.getInt();
        if (length != bytes.length - HEAD_BYTES - CHECKSUM_BYTES) {
            throw unreadable("it is cut off");
        }
        byte[] checksum = sha256(bytes, HEAD_BYTES + length);
        if (!MessageDigest.isEqual(checksum, Arrays.copyOfRange(bytes, HEAD_BYTES + length, bytes.length))) {
            throw unreadable("its checksum does not fit");
        }
        from.limit(HEAD_BYTES + length);
        try {
            return body(from);
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            throw unreadable(String.valueOf(e.getMessage()));
        }
    }

    private static ExportOrder body(ByteBuffer from) {
        String vault = text(from);
        PointId point = PointId.parse(text(from));
        String machine = text(from);
        Optional<Account> account = Account.parse(text(from));
        Path cacheFolder;
        try {
            cacheFolder = Path.of(text(from));
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("its cache folder is no path", e);
        }
        ByteCount cacheSize = new ByteCount(from.getLong());
        PointKeys keys = PointKeys.decode(part(from));
        ByteBuffer encodedTrace = part(from);
        if (from.hasRemaining()) {
            throw new IllegalArgumentException("something follows its end");
        }
        byte[] trace = new byte[encodedTrace.remaining()];
        encodedTrace.get(trace);
        return new ExportOrder(vault, keys, point, machine, account, cacheFolder, cacheSize, BootTrace.decode(trace));
    }

    private static String text(ByteBuffer from) {
        byte[] bytes = new byte[Short.toUnsignedInt(from.getShort())];
        from.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static ByteBuffer part(ByteBuffer from) {
        int length = from.getInt();
        if (length < 0 || length > from.remaining()) {
            throw new IllegalArgumentException("a part of it is cut off");
        }
        ByteBuffer part = from.slice(from.position(), length);
        from.position(from.position() + length);
        return part;
    }

    private static byte[] sha256(byte[] bytes, int length) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes, 0, length);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }

    private static LifeboatException unreadable(String why) {
        return new LifeboatException(
                ErrorCode.RECOVERY_ORDER_UNREADABLE, "The order of an export cannot be used: %s.".formatted(why));
    }

    @Override
    public void close() {
        keys.close();
    }
}
