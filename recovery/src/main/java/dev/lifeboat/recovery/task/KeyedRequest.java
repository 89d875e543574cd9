package dev.lifeboat.recovery.task;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.recovery.PointAccess;
import dev.lifeboat.vault.key.PointKeys;
import dev.lifeboat.vault.key.StrictJson;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/**
 * The frame of requests that bring keys: an order in JSON, of which every key is known, and behind it a point's keys as
 * bytes, so that they can be erased by whoever had them. See {@code docs/formats/recovery-request.md}.
 *
 * <pre>
 * u32 length ‖ JSON [length] ‖ keys [to the end]
 * </pre>
 *
 * @param <T> what is made of it
 * @param format what it calls itself
 * @param toJson what is written of it, with its {@code format} and {@code version}
 * @param access its keys
 */
record KeyedRequest<T>(String format, Function<T, ObjectNode> toJson, Function<T, PointAccess> access) {

    static final int VERSION = 0;

    private static final int MOST_JSON_BYTES = 1 << 20;

    /** Makes a request of what came. */
    @FunctionalInterface
    interface Maker<T> {
        T of(StrictJson json, PointAccess access);
    }

    byte[] encode(T request) {
        byte[] json = StrictJson.encode(toJson.apply(request));
        PointKeys keys = access.apply(request).keys();
        ByteBuffer into = ByteBuffer.allocate(Integer.BYTES + json.length + keys.encodedBytes());
        into.putInt(json.length).put(json);
        keys.encode(into);
        return into.array();
    }

    /**
     * What {@link #encode} wrote.
     *
     * @throws LifeboatException with {@link ErrorCode#AGENT_REQUEST_UNREADABLE}, or
     *     {@link ErrorCode#VAULT_FORMAT_UNKNOWN} when it is of a newer version
     */
    T decode(byte[] bytes, Maker<T> maker) {
        ByteBuffer from = ByteBuffer.wrap(bytes);
        if (bytes.length > RecoveryRequest.MOST_BYTES || bytes.length < Integer.BYTES) {
            throw unreadable("it has %,d bytes".formatted(bytes.length));
        }
        int length = from.getInt();
        if (length < 0 || length > from.remaining()) {
            throw unreadable("it is cut off");
        }
        byte[] text = new byte[length];
        from.get(text);
        StrictJson json = StrictJson.parse(text, MOST_JSON_BYTES, KeyedRequest::unreadable);
        json.requireFormat(format, VERSION);
        return requireNothingElse(json, read(json, from.slice(), maker));
    }

    private T read(StrictJson json, ByteBuffer keys, Maker<T> maker) {
        try {
            PointAccess opened = new PointAccess(json.text("vault"), PointKeys.decode(keys));
            boolean made = false;
            try {
                T request = maker.of(json, opened);
                made = true;
                return request;
            } finally {
                if (!made) {
                    opened.close();
                }
            }
        } catch (IllegalArgumentException e) {
            throw unreadable(String.valueOf(e.getMessage()));
        } catch (LifeboatException e) {
            throw e.code() == ErrorCode.AGENT_REQUEST_UNREADABLE ? e : unreadable(String.valueOf(e.getMessage()));
        }
    }

    /** What is not understood may change what is meant. */
    private T requireNothingElse(StrictJson json, T read) {
        StrictJson again =
                StrictJson.parse(StrictJson.encode(toJson.apply(read)), MOST_JSON_BYTES, KeyedRequest::unreadable);
        if (!again.content().equals(json.content())) {
            access.apply(read).close();
            throw unreadable("it has keys or values that this version does not write");
        }
        return read;
    }

    /** Erases what {@link #encode} gave, or what it was read from. */
    static void erase(byte[] bytes) {
        Arrays.fill(bytes, (byte) 0);
    }

    private static LifeboatException unreadable(String why) {
        return new LifeboatException(
                ErrorCode.AGENT_REQUEST_UNREADABLE, "What was asked for cannot be read: %s.".formatted(why));
    }
}
