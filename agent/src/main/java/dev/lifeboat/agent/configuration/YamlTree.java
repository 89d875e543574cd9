package dev.lifeboat.agent.configuration;

import dev.lifeboat.agent.configuration.Located.Entries;
import dev.lifeboat.agent.configuration.Located.Items;
import dev.lifeboat.agent.configuration.Located.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLParser;

/** Reads YAML into pieces that know their lines. What has no place in a configuration, such as an alias, is refused. */
final class YamlTree {

    /** The deepest configuration has four. */
    private static final int DEEPEST = 16;

    private static final YAMLMapper YAML = new YAMLMapper();

    private final JsonParser parser;

    private YamlTree(JsonParser parser) {
        this.parser = parser;
    }

    /** @throws ConfigurationFault when it is no YAML, or has something that no configuration has */
    static Located parse(String text) {
        try (JsonParser parser = YAML.createParser(text)) {
            if (parser.nextToken() == null) {
                throw new ConfigurationFault(1, "there is nothing in it");
            }
            Located tree = new YamlTree(parser).value(0);
            if (parser.nextToken() != null) {
                throw new ConfigurationFault(
                        parser.currentTokenLocation().getLineNr(), "one document is all that is read");
            }
            return tree;
        } catch (JacksonException e) {
            int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
            throw new ConfigurationFault(line, "it is no YAML: " + firstLine(e.getOriginalMessage()));
        }
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse(message);
    }

    private Located value(int depth) {
        int line = parser.currentTokenLocation().getLineNr();
        if (depth > DEEPEST) {
            throw new ConfigurationFault(line, "this is too deep");
        }
        if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
            throw new ConfigurationFault(line, "aliases are not allowed; write the value itself");
        }
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> entries(line, depth);
            case START_ARRAY -> items(line, depth);
            case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE ->
                new Scalar(line, parser.getString());
            case VALUE_NULL -> new Scalar(line, "");
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT ->
                throw new ConfigurationFault(line, "%s is not allowed".formatted(token));
        };
    }

    private Entries entries(int line, int depth) {
        Map<String, Located> entries = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            int at = parser.currentTokenLocation().getLineNr();
            parser.nextToken();
            Located value = value(depth + 1);
            // The line of a key is the better one to name: what it has may begin below it.
            if (entries.put(key, value instanceof Scalar scalar ? new Scalar(at, scalar.text()) : value) != null) {
                throw new ConfigurationFault(at, "the key %s is there twice".formatted(key));
            }
        }
        return new Entries(line, entries);
    }

    private Items items(int line, int depth) {
        List<Located> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(value(depth + 1));
        }
        return new Items(line, items);
    }
}
