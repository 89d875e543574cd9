package dev.lifeboat.vault.point;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The fields of a JSON object, each required and of its type. Keys that nobody asks for are ignored. */
public final class Fields {

    private final ObjectNode json;

    /** @throws IllegalArgumentException when it is no object */
    public Fields(JsonNode json) {
        if (!(json instanceof ObjectNode object)) {
            throw new IllegalArgumentException("not an object");
        }
        this.json = object;
    }

    /** The object itself. */
    public ObjectNode json() {
        return json;
    }

    public String text(String name) {
        JsonNode value = value(name);
        require(value.isString(), name);
        return value.stringValue();
    }

    /** A number that is not negative. */
    public long number(String name) {
        JsonNode value = value(name);
        require(value.isIntegralNumber() && value.canConvertToLong() && value.longValue() >= 0, name);
        return value.longValue();
    }

    /** A number that is not negative and fits 31 bits. */
    public int integer(String name) {
        long number = number(name);
        require(number <= Integer.MAX_VALUE, name);
        return (int) number;
    }

    public boolean flag(String name) {
        JsonNode value = value(name);
        require(value.isBoolean(), name);
        return value.booleanValue();
    }

    public boolean isNull(String name) {
        return value(name).isNull();
    }

    public Fields object(String name) {
        JsonNode value = value(name);
        require(value.isObject(), name);
        return new Fields(value);
    }

    public JsonNode array(String name) {
        JsonNode value = value(name);
        require(value.isArray(), name);
        return value;
    }

    private JsonNode value(String name) {
        JsonNode value = json.get(name);
        if (value == null) {
            throw new IllegalArgumentException("there is no " + name);
        }
        return value;
    }

    private static void require(boolean holds, String name) {
        if (!holds) {
            throw new IllegalArgumentException(name + " has a wrong value");
        }
    }
}
