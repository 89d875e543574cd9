package dev.lifeboat.recovery.task;

import dev.lifeboat.recovery.PointAccess;
import dev.lifeboat.recovery.RecoveryOrder;
import dev.lifeboat.recovery.RecoveryOrderJson;
import dev.lifeboat.vault.key.StrictJson;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is sent to have machines started, in the frame of {@link KeyedRequest}:
 *
 * <pre>
 * {"format": "lifeboat-recovery-request", "version": 0, "vault": URL, "order": {…}}
 * </pre>
 *
 * @param order what is started
 * @param access whose keys are closed with it
 */
public record RecoveryRequest(RecoveryOrder order, PointAccess access) {

    /** Keys of the most sessions, and an order of a thousand machines. */
    public static final int MOST_BYTES = 4 << 20;

    private static final KeyedRequest<RecoveryRequest> FRAME =
            new KeyedRequest<>("lifeboat-recovery-request", RecoveryRequest::json, RecoveryRequest::access);

    /** Its bytes. Whoever has them erases them. */
    public byte[] encode() {
        return FRAME.encode(this);
    }

    private ObjectNode json() {
        ObjectNode json = StrictJson.object()
                .put("format", FRAME.format())
                .put("version", KeyedRequest.VERSION)
                .put("vault", access.vault());
        RecoveryOrderJson.write(order, json.putObject("order"));
        return json;
    }

    /**
     * What {@link #encode} wrote. Whoever has the bytes erases them.
     *
     * @throws dev.lifeboat.model.LifeboatException with {@link dev.lifeboat.model.ErrorCode#AGENT_REQUEST_UNREADABLE},
     *     or {@link dev.lifeboat.model.ErrorCode#VAULT_FORMAT_UNKNOWN} when it is of a newer version
     */
    public static RecoveryRequest decode(byte[] bytes) {
        return FRAME.decode(
                bytes, (json, access) -> new RecoveryRequest(RecoveryOrderJson.read(json.object("order")), access));
    }

    /** Erases what {@link #encode} gave, or what it was read from. */
    public static void erase(byte[] bytes) {
        KeyedRequest.erase(bytes);
    }
}
