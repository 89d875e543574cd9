package dev.lifeboat.cli;

import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Removes secrets from configuration files and logs, so that they can be sent to somebody.
 *
 * <p>It does not parse: a log holds fragments of every format there is, and a file that somebody reports about is often
 * one that cannot be parsed. It looks for names that announce a secret, see {@link SecretNames}, and for shapes that
 * are one, and removes what follows. In doubt it removes too much.
 *
 * <p>What it knows:
 *
 * <ul>
 *   <li>PEM blocks of anything but certificates and public keys, also escaped in JSON;
 *   <li>{@code name: value} and {@code name=value} in YAML, JSON, TOML, properties, shell, XML attributes and prose;
 *       with quotes over several lines, with block scalars, with lists and nested mappings;
 *   <li>{@code name: DB_PASSWORD} followed by {@code value: …};
 *   <li>XML elements, command line options, {@code .netrc} lines;
 *   <li>the user part of URLs;
 *   <li>Authorization headers, bearer tokens, AWS key ids, JSON Web Tokens, password hashes.
 * </ul>
 *
 * <p>What it cannot know is a secret that nothing announces.
 */
final class Redaction {

    /** What stands where a secret stood. */
    static final String MARK = "[removed]";

    /** No key of any kind is longer; what follows an unfinished one is kept. */
    private static final int LONGEST_PEM = 64 * 1024;

    /** How far a closing quote or bracket is looked for. */
    private static final int LONGEST_VALUE = 64 * 1024;

    /** A {@code value:} this far behind the {@code name:} of a secret still belongs to it. */
    private static final int NAME_TO_VALUE = 200;

    private static final Pattern TERMINAL_COLOURS = Pattern.compile("\u001b\\[[0-9;?]*[ -/]*[@-~]");

    private static final Pattern PEM_BEGIN = Pattern.compile("-{4,5} ?BEGIN ([A-Z0-9 ]{1,60}?) ?-{4,5}");
    private static final Pattern PEM_END = Pattern.compile("-{4,5} ?END [A-Z0-9 ]{1,60}-{4,5}");
    private static final Pattern PUBLIC_PEM = Pattern.compile("CERTIFICATE|PUBLIC KEY|X509 CRL|PARAMETERS");

    private static final Pattern XML_ELEMENT =
            Pattern.compile("(<([A-Za-z_][\\w.:-]{0,80})[^<>]{0,500}>)([^<]+)(?=</)");
    private static final Pattern URL_USER =
            Pattern.compile("(?i)\\b([a-z][a-z0-9+.-]{1,20}://)([^\\s\"'<>/:@]*:[^\\s\"'<>]*)@");
    private static final Pattern WEB_USER = Pattern.compile("(?i)\\b(https?://)([^\\s\"'<>/:@]+)@");

    private static final Pattern SETTING = Pattern.compile(
            "(?<quote>\\\\*[\"'`]?)(?<name>[A-Za-z_$][\\w.$/-]{0,120})(?:\\[[^\\]\\n]{0,40}\\])?\\k<quote>"
                    + "(?:\\])?[ \\t]*(?::=|=>|[:=])");
    private static final Pattern NETRC =
            Pattern.compile("(?im)((?:\\b(?:machine|login)\\b[^\\n]{0,200}\\s|^[ \\t]*)password[ \\t]+)([^\\s:=]\\S*)"
                    + "(?=[ \\t]*\\r?$|[ \\t]+(?:machine|login|account)\\b)");
    private static final Pattern OPTION = Pattern.compile(
            "(?<![\\w-])--?([A-Za-z][\\w-]{1,60})[\"']?,?[ \\t]+((?!-)(?:\"[^\"\\n]*\"|'[^'\\n]*'|\\S+))");

    private static final Pattern BEARER = Pattern.compile("(?i)\\b(bearer[ \\t]+)([A-Za-z0-9._~+/=-]{8,})");
    private static final Pattern BASIC =
            Pattern.compile("\\b([Bb]asic[ \\t]+)(?=\\S*[A-Z0-9=])([A-Za-z0-9+/]{8,}={0,2})");
    private static final Pattern BARE = Pattern.compile("\\b(?:AKIA|ASIA|AGPA|AIDA|AROA|ANPA)[A-Z0-9]{16}\\b"
            + "|\\bgh[pousr]_[A-Za-z0-9]{20,}"
            + "|\\bxox[abpr]-[A-Za-z0-9-]{10,}"
            + "|\\beyJ[\\w-]{8,}\\.[\\w-]{8,}(?:\\.[\\w-]*)*"
            + "|AGE-SECRET-KEY-1[A-Z0-9]{20,}"
            + "|\\$(?:[1567]|2[abxy]|y|gy|argon2(?:id|i|d)|scrypt)\\$[./A-Za-z0-9$=,+-]{16,}");

    private static final Pattern LINE_LEAD =
            Pattern.compile("[\\s#;>*+|-]*(?:(?:export|set|env|ENV|local|readonly)[ \\t]+)?");
    private static final Pattern YAML_PROPERTY = Pattern.compile("(?:[!&][^\\s]*[ \\t]+)+");
    private static final Pattern BLOCK_SCALAR = Pattern.compile("[|>][-+0-9]{0,2}[ \\t]*(?:#[^\\n]*)?(?=\\r?\\n|\\z)");
    private static final Pattern HARMLESS = Pattern.compile("(?i)(?:true|false|null|yes|no|~)(?=[\\s,;&}\\])]|\\z)");
    private static final Pattern OPENING = Pattern.compile("\"\"\"|'''|\\\\+[\"']|[\"'`]");
    private static final Pattern PATH_VALUE = Pattern.compile("[ \\t]*[\"']?(?:~|\\.{0,2})/[^\\s\"',;]*[\"']?");
    private static final Pattern NEXT_SETTING =
            Pattern.compile("(?:[,;&][ \\t]*|[ \\t]+)-{0,2}\\\\*[\"']?[A-Za-z_][\\w.-]*\\\\*[\"']?[ \\t]*[:=](?!//)");
    private static final Pattern NEXT_MEMBER =
            Pattern.compile("[,;][ \\t]*\\\\*[\"']?[A-Za-z_][\\w.-]*\\\\*[\"']?[ \\t]*[:=](?!//)");

    /** Second halves of names in two words, as in {@code private key: …}. */
    private static final Set<String> SECOND_WORDS = Set.of("key", "keys", "phrase", "word", "code", "string");

    private final StringBuilder kept = new StringBuilder();
    private int removed;

    private Redaction() {}

    /**
     * A text without its secrets.
     *
     * @param text what is left
     * @param removed how many secrets were removed
     */
    record Redacted(String text, int removed) {}

    /** Removes the secrets from a text. Works on any text whose letters and signs are those of ASCII. */
    static Redacted redact(String text) {
        Redaction redaction = new Redaction();
        // NUL bytes and colours would hide a name from us and not from a reader.
        String plain = TERMINAL_COLOURS.matcher(text.replace("\0", "")).replaceAll("");
        String result = redaction.withoutKeys(plain);
        result = redaction.each(
                XML_ELEMENT,
                result,
                match -> SecretNames.meanSecretSetting(match.group(2))
                                && !match.group(3).isBlank()
                        ? match.group(1) + MARK
                        : match.group());
        result = redaction.each(URL_USER, result, match -> match.group(1) + MARK + "@");
        result = redaction.each(WEB_USER, result, match -> match.group(1) + MARK + "@");
        result = redaction.withoutSettings(result);
        result = redaction.each(OPTION, result, Redaction::option);
        result = redaction.each(NETRC, result, match -> match.group(1) + MARK);
        result = redaction.each(BEARER, result, match -> match.group(1) + MARK);
        result = redaction.each(BASIC, result, match -> match.group(1) + MARK);
        result = redaction.each(BARE, result, match -> MARK);
        return new Redacted(result, redaction.removed);
    }

    private static String option(MatchResult match) {
        String name = match.group(1);
        boolean secret = SecretNames.meanSecretSetting(name)
                && !SecretNames.meanPath(name)
                && !match.group(2).contains(MARK);
        return secret ? match.group().substring(0, match.start(2) - match.start()) + MARK : match.group();
    }

    private String each(Pattern pattern, String text, Function<MatchResult, String> replacement) {
        return pattern.matcher(text).replaceAll(match -> {
            String replaced = replacement.apply(match);
            // What an earlier rule has removed is neither removed nor counted again.
            if (replaced.equals(match.group()) || match.group().contains(MARK)) {
                return Matcher.quoteReplacement(match.group());
            }
            removed++;
            return Matcher.quoteReplacement(replaced);
        });
    }

    private String withoutKeys(String text) {
        StringBuilder result = new StringBuilder();
        int from = afterOrphanedKey(text);
        if (from > 0) {
            removed++;
            result.append(MARK);
        }
        Matcher begin = PEM_BEGIN.matcher(text);
        while (begin.find(from)) {
            result.append(text, from, begin.start());
            Matcher end = PEM_END.matcher(text);
            boolean isPublic = PUBLIC_PEM.matcher(begin.group(1)).find();
            boolean ends = end.find(begin.end()) && end.end() - begin.start() <= LONGEST_PEM;
            if (isPublic) {
                from = begin.end();
                result.append(begin.group());
            } else {
                removed++;
                result.append(MARK);
                from = ends ? end.end() : Math.min(text.length(), begin.start() + LONGEST_PEM);
            }
        }
        return result.append(text, from, text.length()).toString();
    }

    /** A log that was cut may begin in the middle of a key: all up to the end of that key goes. */
    private static int afterOrphanedKey(String text) {
        Matcher end = PEM_END.matcher(text);
        if (!end.find() || end.end() > LONGEST_PEM) {
            return 0;
        }
        Matcher begin = PEM_BEGIN.matcher(text);
        return begin.find() && begin.start() < end.start() ? 0 : end.end();
    }

    private String withoutSettings(String text) {
        kept.setLength(0);
        Matcher setting = SETTING.matcher(text);
        int from = 0;
        int search = 0;
        int secretNamedAt = -NAME_TO_VALUE;
        while (search <= text.length() && setting.find(search)) {
            String name = setting.group("name");
            int valueStart = skipSpaces(text, setting.end());
            if (name.equalsIgnoreCase("name") || name.equalsIgnoreCase("key")) {
                boolean ofASecret = SecretNames.meanSecretSetting(firstWord(text, valueStart));
                secretNamedAt = ofASecret ? setting.end() : -NAME_TO_VALUE;
            }
            boolean valueOfASecret = name.equalsIgnoreCase("value") && setting.start() - secretNamedAt <= NAME_TO_VALUE;
            if (!valueOfASecret && !isSecret(text, setting, name)) {
                search = setting.end();
                continue;
            }
            Span span = value(text, setting, name, valueStart);
            if (span.isEmpty()) {
                search = setting.end();
                continue;
            }
            removed++;
            kept.append(text, from, span.start()).append(span.shown());
            from = span.end();
            search = Math.max(span.end(), setting.end());
        }
        return kept.append(text, from, text.length()).toString();
    }

    private static boolean isSecret(String text, Matcher setting, String name) {
        if (SecretNames.meanPath(name)
                && PATH_VALUE.matcher(text).region(setting.end(), text.length()).lookingAt()) {
            return false;
        }
        boolean secondWord = SECOND_WORDS.contains(name.toLowerCase(Locale.ROOT));
        return SecretNames.meanSecretSetting(name)
                || (secondWord && SecretNames.meanSecretSetting(wordBefore(text, setting.start()) + name));
    }

    private static String wordBefore(String text, int position) {
        int end = position;
        if (end == 0 || text.charAt(end - 1) != ' ') {
            return "";
        }
        end--;
        int start = end;
        while (start > 0 && end - start < 40 && Character.isLetterOrDigit(text.charAt(start - 1))) {
            start--;
        }
        return text.substring(start, end);
    }

    private static String firstWord(String text, int start) {
        int end = start;
        while (end < text.length() && end - start < 120 && text.charAt(end) != '\n' && text.charAt(end) != ',') {
            end++;
        }
        return text.substring(start, end);
    }

    /** A stretch of the text that goes, and what stands in its place. */
    private record Span(int start, int end, String shown) {
        boolean isEmpty() {
            return start >= end;
        }
    }

    private static Span value(String text, Matcher setting, String name, int start) {
        int lineStart = text.lastIndexOf('\n', Math.max(0, setting.start() - 1)) + 1;
        if (setting.start() == 0) {
            lineStart = 0;
        }
        boolean startsLine =
                LINE_LEAD.matcher(text).region(lineStart, setting.start()).matches();
        int column = setting.start() - lineStart;
        Matcher property = YAML_PROPERTY.matcher(text).region(start, text.length());
        int begin = property.lookingAt() ? property.end() : start;
        int lineEnd = lineEnd(text, begin);
        if (begin >= lineEnd) {
            int end = startsLine ? deeper(text, lineEnd, column, true) : lineEnd;
            if (end == lineEnd && (!startsLine || !setting.group("quote").isEmpty())) {
                end = nextFullLine(text, lineEnd);
            }
            return new Span(lineEnd, end, end > lineEnd ? " " + MARK : "");
        }
        if (HARMLESS.matcher(text).region(begin, text.length()).lookingAt()
                || text.startsWith(MARK, begin)
                || text.startsWith("//", begin)) {
            return new Span(begin, begin, "");
        }
        Matcher opening = OPENING.matcher(text).region(begin, text.length());
        if (opening.lookingAt()) {
            String quote = opening.group();
            int close = closing(text, opening.end(), quote);
            if (close >= 0) {
                String inside = text.substring(opening.end(), close - quote.length());
                return inside.isEmpty() || inside.equals(MARK)
                        ? new Span(begin, begin, "")
                        : new Span(begin, tail(text, close), quote + MARK + quote);
            }
        }
        char first = text.charAt(begin);
        if (first == '{' || first == '[') {
            int close = balanced(text, begin);
            if (close >= 0) {
                return new Span(begin, tail(text, close), "\"" + MARK + "\"");
            }
        }
        if (startsLine
                || BLOCK_SCALAR.matcher(text).region(begin, text.length()).lookingAt()) {
            return new Span(begin, deeper(text, continued(text, lineEnd), column, false), MARK);
        }
        if (takesWholeLine(name)) {
            return new Span(begin, lineEnd, MARK);
        }
        boolean assignment = setting.group().endsWith("=");
        Matcher next = (assignment ? NEXT_SETTING : NEXT_MEMBER).matcher(text).region(begin, lineEnd);
        return new Span(begin, next.find() ? next.start() : lineEnd, MARK);
    }

    /** Headers whose value is a list of settings itself. */
    private static boolean takesWholeLine(String name) {
        String squeezed = name.toLowerCase(Locale.ROOT).replace("-", "");
        return squeezed.endsWith("authorization")
                || squeezed.endsWith("cookie")
                || squeezed.endsWith("connectionstring");
    }

    /** Behind the closing quote; -1 when there is none. */
    private static int closing(String text, int from, String quote) {
        int limit = Math.min(text.length(), from + LONGEST_VALUE);
        int position = from;
        while (position < limit) {
            if (text.startsWith(quote, position)) {
                boolean doubled = quote.equals("'") && text.startsWith("''", position);
                if (!doubled) {
                    return position + quote.length();
                }
                position += 2;
            } else if (text.charAt(position) == '\\' && !quote.startsWith("'") && !quote.startsWith("\\")) {
                position += 2;
            } else {
                position++;
            }
        }
        return -1;
    }

    /** What is glued to a value without a space belongs to it: a shell would read {@code 'a'"b"c} as one word. */
    private static int tail(String text, int from) {
        int end = from;
        while (end < text.length() && " \t\r\n,;&}])>/\"'\\".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        boolean glued = end < text.length() && end == from && "\"'".indexOf(text.charAt(end)) >= 0;
        if (glued) {
            int close = closing(text, end + 1, text.substring(end, end + 1));
            return close >= 0 && close <= lineEnd(text, from) ? close : end;
        }
        return end;
    }

    /** Behind the bracket that closes the one at the beginning; -1 when there is none. */
    private static int balanced(String text, int begin) {
        int limit = Math.min(text.length(), begin + LONGEST_VALUE);
        int depth = 0;
        int position = begin;
        while (position < limit) {
            char at = text.charAt(position);
            if (at == '{' || at == '[') {
                depth++;
            } else if (at == '}' || at == ']') {
                depth--;
                if (depth == 0) {
                    return position + 1;
                }
            } else if (at == '"') {
                int close = closing(text, position + 1, "\"");
                if (close < 0) {
                    return -1;
                }
                position = close;
                continue;
            }
            position++;
        }
        return -1;
    }

    /** Over the lines that a backslash at the end of the line before continues. */
    private static int continued(String text, int lineEnd) {
        int end = lineEnd;
        while (end > 0 && end < text.length() && text.charAt(end - 1) == '\\') {
            int next = lineEnd(text, afterBreak(text, end));
            if (next <= end) {
                break;
            }
            end = next;
        }
        return end;
    }

    /** Over the following lines that are indented deeper than the name, and the empty ones between them. */
    private static int deeper(String text, int lineEnd, int column, boolean orItems) {
        int end = lineEnd;
        int at = lineEnd;
        while (at < text.length()) {
            int lineStart = afterBreak(text, at);
            int next = lineEnd(text, lineStart);
            String line = text.substring(lineStart, next);
            if (!line.isBlank()) {
                int indent = indent(line);
                boolean item = orItems && indent == column && line.startsWith("- ", indent);
                if (indent <= column && !item) {
                    return end;
                }
                end = next;
            }
            if (next == at || next >= text.length()) {
                return end;
            }
            at = next;
        }
        return end;
    }

    private static int nextFullLine(String text, int lineEnd) {
        int at = lineEnd;
        while (at < text.length()) {
            int lineStart = afterBreak(text, at);
            int next = lineEnd(text, lineStart);
            if (!text.substring(lineStart, next).isBlank()) {
                return next;
            }
            if (next == at) {
                break;
            }
            at = next;
        }
        return lineEnd;
    }

    /** A comment sign counts as indentation, so that what is commented out is read like what is not. */
    private static int indent(String line) {
        int indent = 0;
        while (indent < line.length() && " \t#;>*+|".indexOf(line.charAt(indent)) >= 0) {
            indent++;
        }
        return indent;
    }

    private static int skipSpaces(String text, int from) {
        int position = from;
        while (position < text.length() && (text.charAt(position) == ' ' || text.charAt(position) == '\t')) {
            position++;
        }
        return position;
    }

    private static int lineEnd(String text, int from) {
        int feed = text.indexOf('\n', from);
        int end = feed < 0 ? text.length() : feed;
        return end > from && text.charAt(end - 1) == '\r' ? end - 1 : end;
    }

    private static int afterBreak(String text, int lineEnd) {
        int feed = text.indexOf('\n', lineEnd);
        return feed < 0 ? text.length() : feed + 1;
    }
}
