package dev.lifeboat.lab.shop;

import java.util.regex.Pattern;

/**
 * What a customer asks for. It may be sent any number of times: the token makes it one order.
 *
 * @param token 1 to 64 letters, digits and hyphens, never used for another order
 * @param item 1 to 64 lower-case letters, digits and hyphens
 * @param quantity 1 to {@link Order#QUANTITY_LIMIT}
 */
public record OrderRequest(String token, String item, int quantity) {

    private static final Pattern TOKEN = Pattern.compile("[0-9A-Za-z-]{1,64}");
    private static final Pattern ITEM = Pattern.compile("[a-z0-9-]{1,64}");

    public OrderRequest {
        check(token, item, quantity);
    }

    /** Whether an order is the one asked for. */
    boolean isMetBy(Order order) {
        return order.token().equals(token) && order.item().equals(item) && order.quantity() == quantity;
    }

    /** The body of the request. No field can hold a character that JSON would have to escape. */
    String json() {
        return "{\"token\":\"%s\",\"item\":\"%s\",\"quantity\":%d}".formatted(token, item, quantity);
    }

    static boolean isValid(String token, String item, int quantity) {
        return TOKEN.matcher(token).matches()
                && ITEM.matcher(item).matches()
                && quantity >= 1
                && quantity <= Order.QUANTITY_LIMIT;
    }

    static void check(String token, String item, int quantity) {
        if (!isValid(token, item, quantity)) {
            throw new IllegalArgumentException("no order: %d of `%s` for `%s`".formatted(quantity, item, token));
        }
    }
}
