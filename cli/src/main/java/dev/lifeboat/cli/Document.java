package dev.lifeboat.cli;

import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/**
 * What programs read: any record or list of records as a JSON or YAML document. Keys are the record's components in
 * snake case and in their order, enums are in lower case, times are ISO-8601.
 */
public final class Document {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
            .build();
    private static final ObjectMapper YAML = YAMLMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
            .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
            .build();

    private Document() {}

    /** The document, ending in one line feed. */
    public static String of(Object content, OutputFormat format) {
        return switch (format) {
            case table -> throw new IllegalArgumentException("a table is not a document");
            case json -> JSON.writeValueAsString(content) + "\n";
            case yaml -> YAML.writeValueAsString(content).stripTrailing() + "\n";
        };
    }
}
