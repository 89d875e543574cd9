package dev.lifeboat.cli.redaction;

import static dev.lifeboat.cli.redaction.CleanCopy.MARK;

import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The value of a setting that announces a secret: whether it is one, and where it ends. */
final class SettingValue {

    /** What stands before the first name in a line: indentation, signs of comments, quotations and lists, keywords. */
    private static final Pattern LINE_LEAD =
            Pattern.compile("[\\s#;>*+|-]*(?:(?:export|set|env|ENV|local|readonly)[ \\t]+)?");

    private static final Pattern YAML_TAGS_AND_ANCHORS = Pattern.compile("(?:[!&][^\\s]*[ \\t]+)+");
    private static final Pattern BLOCK_SCALAR = Pattern.compile("[|>][-+0-9]{0,2}[ \\t]*(?:#[^\\n]*)?(?=\\r?\\n|\\z)");

    /** Switches, nothing at all, the rest of a URL, and what is removed already. */
    private static final Pattern HARMLESS =
            Pattern.compile("(?i:true|false|null|yes|no|~)(?=[\\s,;&}\\])]|\\z)|//|" + Pattern.quote(MARK));

    private static final Pattern QUOTE = Pattern.compile("\"\"\"|'''|\\\\+[\"']|[\"'`]");

    /** Headers whose value is a list of settings itself. */
    private static final Pattern TAKES_WHOLE_LINE =
            Pattern.compile("(?i)(?:authorization|cookie|connection-?string)\\z");

    private static final String ONE_MORE_NAME = "\\\\*[\"']?[A-Za-z_][\\w.-]*\\\\*[\"']?[ \\t]*[:=](?!//)";
    private static final Pattern NEXT_MEMBER = Pattern.compile("[,;][ \\t]*" + ONE_MORE_NAME);
    private static final Pattern NEXT_ASSIGNMENT = Pattern.compile("(?:[,;&][ \\t]*|[ \\t]+)-{0,2}" + ONE_MORE_NAME);

    private final String text;
    private final MatchResult setting;
    private final Lines lines;
    private final Delimiters delimiters;
    private final int column;
    private final boolean startsLine;
    private final int begin;
    private final int lineEnd;

    /** @param setting up to the value, with the groups {@code name}, {@code quote} and {@code sign} */
    SettingValue(String text, MatchResult setting) {
        this.text = text;
        this.setting = setting;
        lines = new Lines(text);
        delimiters = new Delimiters(text);
        int lineStart = lines.start(setting.start());
        column = setting.start() - lineStart;
        startsLine = LINE_LEAD.matcher(text).region(lineStart, setting.start()).matches();
        Matcher tags = at(YAML_TAGS_AND_ANCHORS, setting.end());
        begin = tags.lookingAt() ? tags.end() : setting.end();
        lineEnd = lines.end(begin);
    }

    /** What of the value is to be removed; empty when it is no secret. */
    Stretch secret() {
        if (begin == lineEnd) {
            return onNextLines();
        }
        if (at(HARMLESS, begin).lookingAt()) {
            return new Stretch(begin, begin, "");
        }
        return quoted().or(this::bracketed).orElseGet(this::plain);
    }

    private Stretch onNextLines() {
        int end = startsLine ? lines.deeperOrItems(lineEnd, column) : lineEnd;
        boolean mayStandAnywhere = !startsLine || !setting.group("quote").isEmpty();
        if (end == lineEnd && mayStandAnywhere) {
            end = lines.nextFull(lineEnd);
        }
        return new Stretch(lineEnd, end, " " + MARK);
    }

    private Optional<Stretch> quoted() {
        Matcher opening = at(QUOTE, begin);
        if (!opening.lookingAt()) {
            return Optional.empty();
        }
        String quote = opening.group();
        return delimiters.closingQuote(opening.end(), quote).map(close -> {
            String inside = text.substring(opening.end(), close - quote.length());
            boolean nothing = inside.isEmpty() || inside.equals(MARK);
            return new Stretch(begin, nothing ? begin : delimiters.endOfWord(close), quote + MARK + quote);
        });
    }

    private Optional<Stretch> bracketed() {
        if ("{[".indexOf(text.charAt(begin)) < 0) {
            return Optional.empty();
        }
        return delimiters
                .closingBracket(begin)
                .map(close -> new Stretch(begin, delimiters.endOfWord(close), "\"" + MARK + "\""));
    }

    private Stretch plain() {
        if (startsLine || at(BLOCK_SCALAR, begin).lookingAt()) {
            return new Stretch(begin, lines.deeper(lines.continued(lineEnd), column), MARK);
        }
        Pattern next = setting.group("sign").endsWith("=") ? NEXT_ASSIGNMENT : NEXT_MEMBER;
        Matcher neighbour = next.matcher(text).region(begin, lineEnd);
        boolean takesWholeLine = TAKES_WHOLE_LINE.matcher(setting.group("name")).find();
        boolean shares = !takesWholeLine && neighbour.find();
        return new Stretch(begin, shares ? neighbour.start() : lineEnd, MARK);
    }

    private Matcher at(Pattern pattern, int position) {
        return pattern.matcher(text).region(position, text.length());
    }
}
