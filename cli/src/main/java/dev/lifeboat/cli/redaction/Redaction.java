package dev.lifeboat.cli.redaction;

import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Removes the secrets from a text.
 *
 * <p>It does not parse: a log holds fragments of every format there is, and a file that somebody reports about is often
 * one that cannot be parsed. It looks for names that announce a secret, see {@link SecretNames}, and for shapes that
 * are one, and removes what follows. In doubt it removes too much.
 *
 * <p>What it knows:
 *
 * <ul>
 *   <li>{@link PemBlocks}: PEM blocks of anything but certificates and public keys, also escaped in JSON;
 *   <li>{@link SecretSettings}: {@code name: value} and {@code name=value} in YAML, JSON, TOML, properties, shell, XML
 *       attributes and prose; with quotes over several lines, with block scalars, with lists and nested mappings; and
 *       {@code name: DB_PASSWORD} followed by {@code value: …};
 *   <li>{@link SecretShape}: XML elements, command line options, {@code .netrc} lines, the user part of URLs, bearer
 *       tokens, AWS key ids, JSON Web Tokens, password hashes.
 * </ul>
 *
 * <p>What it cannot know is a secret that nothing announces.
 */
public final class Redaction {

    private static final Pattern TERMINAL_COLOURS = Pattern.compile("\u001b\\[[0-9;?]*[ -/]*[@-~]");

    /** Elements and URLs come before settings, which would tear them; words in a line come after. */
    private static final List<Function<String, Redacted>> RULES = List.of(
            PemBlocks::redact,
            SecretShape.XML_ELEMENT::redact,
            SecretShape.URL_CREDENTIALS::redact,
            SecretShape.WEB_USER::redact,
            SecretSettings::redact,
            SecretShape.OPTION::redact,
            SecretShape.NETRC::redact,
            SecretShape.BEARER::redact,
            SecretShape.BASIC::redact,
            SecretShape.BARE::redact);

    private Redaction() {}

    /** Removes the secrets from a text. Works on any text whose letters and signs are those of ASCII. */
    public static Redacted redact(String text) {
        // NUL bytes and colours would hide a name from us and not from a reader.
        Redacted redacted =
                new Redacted(TERMINAL_COLOURS.matcher(text.replace("\0", "")).replaceAll(""), 0);
        for (Function<String, Redacted> rule : RULES) {
            redacted = redacted.then(rule);
        }
        return redacted;
    }
}
