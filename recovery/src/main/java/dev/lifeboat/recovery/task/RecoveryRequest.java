package dev.lifeboat.recovery.task;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.recovery.PointAccess;
import dev.lifeboat.recovery.RecoveryOrder;
import dev.lifeboat.recovery.RecoveryOrderJson;
import dev.lifeboat.vault.key.PointKeys;
import dev.lifeboat.vault.key.StrictJson;
import java.nio.ByteBuffer;
import java.util.Arrays;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is sent to have machines started: the order in JSON, of which every key is known, and behind it the point's keys
 * as bytes, so that they can be erased by whoever had them. See {@code docs/formats/recovery-request.md}.
 *
 * <pre>
 * u32 length ‖ JSON [length] ‖ keys [to the end]
 * JSON: {"format": "lifeboat-recovery-request", "version": 0, "vault": URL, "order": {…}}
 * </pre>
 *
 * @param order what is started
 * @param access whose keys are closed with it
 */
public record RecoveryRequest(RecoveryOrder order, PointAccess access) {

    /** Keys of the most sessions, and an order of a thousand machines. */
    public static final int MOST_BYTES = 4 << 20;

    private static final int MOST_JSON_BYTES = 1 << 20;
    private static final String FORMAT = "lifeboat-recovery-request";
    private static final int VERSION = 0;

    /** Its bytes. Whoever has them erases them. */
    public byte[] encode() {
        byte[] json = StrictJson.encode(json());
        ByteBuffer into =
                ByteBuffer.allocate(Integer.BYTES + json.length + access.keys().encodedBytes());
        into.putInt(json.length).put(json);
        access.keys().encode(into);
        return into.array();
    }

    private ObjectNode json() {
        ObjectNode json = StrictJson.object()
                .put("format", FORMAT)
                .put("version", VERSION)
                .put("vault", access.vault());
        RecoveryOrderJson.write(order, json.putObject("order"));
        return json;
    }

    /**
     * What {@link #encode} wrote. Whoever has the bytes erases them.
     *
     * @throws LifeboatException with {@link ErrorCode#AGENT_REQUEST_UNREADABLE}, or
     *     {@link ErrorCode#VAULT_FORMAT_UNKNOWN} when it is of a newer version
     */
    public static RecoveryRequest decode(byte[] bytes) {
        ByteBuffer from = ByteBuffer.wrap(bytes);
        if (bytes.length > MOST_BYTES || bytes.length < Integer.BYTES) {
            throw unreadable("it has %,d bytes".formatted(bytes.length));
        }
        int length = from.getInt();
        if (length < 0 || length > from.remaining()) {
            throw unreadable("it is cut off");
        }
        byte[] text = new byte[length];
        from.get(text);
        StrictJson json = StrictJson.parse(text, MOST_JSON_BYTES, RecoveryRequest::unreadable);
        json.requireFormat(FORMAT, VERSION);
        return requireNothingElse(json, read(json, from.slice()));
    }

    private static RecoveryRequest read(StrictJson json, ByteBuffer keys) {
        try {
            RecoveryOrder order = RecoveryOrderJson.read(json.object("order"));
            return new RecoveryRequest(order, new PointAccess(json.text("vault"), PointKeys.decode(keys)));
        } catch (IllegalArgumentException e) {
            throw unreadable(String.valueOf(e.getMessage()));
        } catch (LifeboatException e) {
            throw e.code() == ErrorCode.AGENT_REQUEST_UNREADABLE ? e : unreadable(String.valueOf(e.getMessage()));
        }
    }

    /** What is not understood may change what is meant. */
    private static RecoveryRequest requireNothingElse(StrictJson json, RecoveryRequest read) {
        StrictJson again =
                StrictJson.parse(StrictJson.encode(read.json()), MOST_JSON_BYTES, RecoveryRequest::unreadable);
        if (!again.content().equals(json.content())) {
            read.access().close();
            throw unreadable("it has keys or values that this version does not write");
        }
        return read;
    }

    /** Erases what {@link #encode} gave, or what it was read from. */
    public static void erase(byte[] bytes) {
        Arrays.fill(bytes, (byte) 0);
    }

    private static LifeboatException unreadable(String why) {
        return new LifeboatException(
                ErrorCode.AGENT_REQUEST_UNREADABLE, "What was asked for cannot be read: %s.".formatted(why));
    }
}
