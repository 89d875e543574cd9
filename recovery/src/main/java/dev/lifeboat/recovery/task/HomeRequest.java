package dev.lifeboat.recovery.task;

import dev.lifeboat.recovery.PointAccess;
import dev.lifeboat.recovery.home.HomeOrder;
import dev.lifeboat.recovery.home.HomeOrder.Deed;
import dev.lifeboat.vault.key.StrictJson;
import dev.lifeboat.vault.point.PointId;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is sent to have a group brought home, in the frame of {@link KeyedRequest}:
 *
 * <pre>
 * {"format": "lifeboat-home-request", "version": 0, "vault": URL, "deed": "follow", "point": "shop@2-7",
 *  "known": "shop@1-42", "salvage": true}
 * </pre>
 *
 * @param order what is done
 * @param access whose keys are closed with it
 */
public record HomeRequest(HomeOrder order, PointAccess access) {

    private static final KeyedRequest<HomeRequest> FRAME =
            new KeyedRequest<>("lifeboat-home-request", HomeRequest::json, HomeRequest::access);

    /** Its bytes. Whoever has them erases them, by {@link RecoveryRequest#erase}. */
    public byte[] encode() {
        return FRAME.encode(this);
    }

    private ObjectNode json() {
        ObjectNode json = StrictJson.object()
                .put("format", FRAME.format())
                .put("version", KeyedRequest.VERSION)
                .put("vault", access.vault())
                .put("deed", order.deed().code())
                .put("point", order.point().toString());
        order.known().ifPresent(point -> json.put("known", point.toString()));
        return json.put("salvage", order.salvage());
    }

    /**
     * What {@link #encode} wrote. Whoever has the bytes erases them.
     *
     * @throws dev.lifeboat.model.LifeboatException as {@link RecoveryRequest#decode}
     */
    public static HomeRequest decode(byte[] bytes) {
        return FRAME.decode(bytes, (json, access) -> new HomeRequest(order(json), access));
    }

    private static HomeOrder order(StrictJson json) {
        return new HomeOrder(
                Deed.ofCode(json.text("deed")),
                PointId.parse(json.text("point")),
                json.content().has("known") ? Optional.of(PointId.parse(json.text("known"))) : Optional.empty(),
                json.truth("salvage"));
    }
}
