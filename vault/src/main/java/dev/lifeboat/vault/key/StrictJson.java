package dev.lifeboat.vault.key;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * One JSON object as the vault's page wants it: UTF-8, no key twice, nothing behind it; keys that nobody asks for are
 * ignored. Every question names a key and what its value has to be, and complains if it is anything else. Immutable and
 * thread-safe, as far as its {@link Complaint} is.
 */
public final class StrictJson {

    /** Deeper than anything on the page, with room for a machine's description; the parser's stack is safe with it. */
    public static final int MAX_DEPTH = 64;

    private static final int MAX_NUMBER_CHARACTERS = 40;
    private static final int MAX_KEY_CHARACTERS = 1024;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNumberLength(MAX_NUMBER_CHARACTERS)
                            .maxNameLength(MAX_KEY_CHARACTERS)
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final JsonNode object;
    private final Complaint complaint;

    private StrictJson(JsonNode object, Complaint complaint) {
        this.object = object;
        this.complaint = complaint;
    }

    /**
     * Reads an object.
     *
     * @param limit more bytes than this are refused before anything is read
     * @throws LifeboatException what the complaint makes of it
     */
    public static StrictJson parse(byte[] json, int limit, Complaint complaint) {
        if (json.length > limit) {
            throw complaint.because("it has %,d bytes and may have %,d".formatted(json.length, limit));
        }
        JsonNode node;
        try {
            // Decoded here, because the parser would take UTF-16 and UTF-32 as well.
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(json))
                    .toString();
            node = MAPPER.readTree(text);
        } catch (CharacterCodingException e) {
            throw complaint.because("its text is not UTF-8");
        } catch (JacksonException e) {
            throw complaint.because("its text is not a JSON object with every key once");
        }
        if (!node.isObject()) {
            throw complaint.because("its text is not a JSON object");
        }
        return new StrictJson(node, complaint);
    }

    /** An empty object to be filled; keys keep their order. */
    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** The bytes of an object, without white space. */
    public static byte[] encode(ObjectNode object) {
        return MAPPER.writeValueAsBytes(object);
    }

    /**
     * Requires {@code format} and {@code version}.
     *
     * @throws LifeboatException {@link ErrorCode#VAULT_FORMAT_UNKNOWN} for a higher version
     */
    public void requireFormat(String format, int version) {
        if (!text("format").equals(format)) {
            throw complaint.because("it is not of the format " + format);
        }
        long found = number("version", 0, Integer.MAX_VALUE);
        if (found > version) {
            throw new LifeboatException(
                    ErrorCode.VAULT_FORMAT_UNKNOWN,
                    "This version reads %s up to version %d; this is version %d.".formatted(format, version, found));
        }
    }

    /** The object itself, with what the format does not look into; not to be changed. */
    public ObjectNode content() {
        return (ObjectNode) object;
    }

    /** A text. */
    public String text(String key) {
        JsonNode value = object.path(key);
        if (!value.isString()) {
            throw complaint.because("its key \"" + key + "\" is missing or no text");
        }
        return value.stringValue();
    }

    /** A name as {@link Name} has it. */
    public String name(String key) {
        String text = text(key);
        if (!Name.isName(text)) {
            throw complaint.because("its key \"" + key + "\" is no name");
        }
        return text;
    }

    /** Bytes in lower-case hexadecimal. */
    public byte[] bytes(String key, int length) {
        return bytes(key, length, length);
    }

    /** Bytes in lower-case hexadecimal, of any length between two. */
    public byte[] bytes(String key, int atLeast, int atMost) {
        String text = text(key);
        if (text.length() < 2L * atLeast || text.length() > 2L * atMost) {
            throw complaint.because("its key \"" + key + "\" has a wrong length");
        }
        return Hexadecimal.parse(text)
                .orElseThrow(() -> complaint.because("its key \"" + key + "\" is not in lower-case hexadecimal"));
    }

    /** The id of a vault, under the key {@code vault}. */
    public VaultId vault() {
        return VaultId.of(bytes("vault", VaultId.BYTES));
    }

    /** A whole number. */
    public long number(String key, long atLeast, long atMost) {
        JsonNode value = object.path(key);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw complaint.because("its key \"" + key + "\" is missing or no whole number");
        }
        long number = value.longValue();
        if (number < atLeast || number > atMost) {
            throw complaint.because("its key \"" + key + "\" is out of range");
        }
        return number;
    }

    /** Milliseconds since 1970-01-01T00:00:00Z. */
    public long time(String key) {
        return number(key, 0, Long.MAX_VALUE);
    }

    /** True or false. */
    public boolean truth(String key) {
        JsonNode value = object.path(key);
        if (!value.isBoolean()) {
            throw complaint.because("its key \"" + key + "\" is missing or neither true nor false");
        }
        return value.booleanValue();
    }

    /** A list of texts. */
    public List<String> texts(String key, int atMost) {
        List<String> texts = new ArrayList<>();
        for (JsonNode entry : list(key, atMost)) {
            if (!entry.isString()) {
                throw complaint.because("its key \"" + key + "\" has an entry that is no text");
            }
            texts.add(entry.stringValue());
        }
        return List.copyOf(texts);
    }

    /** A list of objects. */
    public List<StrictJson> objects(String key, int atMost) {
        List<StrictJson> objects = new ArrayList<>();
        for (JsonNode entry : list(key, atMost)) {
            if (!entry.isObject()) {
                throw complaint.because("its key \"" + key + "\" has an entry that is no object");
            }
            objects.add(new StrictJson(entry, complaint));
        }
        return List.copyOf(objects);
    }

    /** An object. */
    public StrictJson object(String key) {
        return objectOrNull(key).orElseThrow(() -> complaint.because("its key \"" + key + "\" is missing or null"));
    }

    /** An object; empty where the value is null or the key is missing. */
    public Optional<StrictJson> objectOrNull(String key) {
        JsonNode value = object.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isObject()) {
            throw complaint.because("its key \"" + key + "\" is no object");
        }
        return Optional.of(new StrictJson(value, complaint));
    }

    private JsonNode list(String key, int atMost) {
        JsonNode value = object.path(key);
        if (!value.isArray()) {
            throw complaint.because("its key \"" + key + "\" is missing or no list");
        }
        if (value.size() > atMost) {
            throw complaint.because("its key \"%s\" has more than %,d entries".formatted(key, atMost));
        }
        return value;
    }
}
