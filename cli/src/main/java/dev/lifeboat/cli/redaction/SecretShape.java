package dev.lifeboat.cli.redaction;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Shapes of text that hold a secret, or are one. The secret is the group of that name in the pattern. */
enum SecretShape {

    /** {@code <password>secret</password>}. */
    XML_ELEMENT("<(?<name>[A-Za-z_][\\w.:-]{0,80})[^<>]{0,500}>(?<secret>[^<]+)(?=</)") {
        @Override
        boolean holdsSecret(MatchResult match) {
            return SecretNames.meanSecretSetting(match.group("name"))
                    && !match.group("secret").isBlank();
        }
    },

    /** {@code postgres://user:secret@host}; the user goes too. */
    URL_CREDENTIALS("(?i)\\b[a-z][a-z0-9+.-]{1,20}://(?<secret>[^\\s\"'<>/:@]*:[^\\s\"'<>]*)@"),

    /** {@code https://secret@host}: where code is hosted, the user is often a token. */
    WEB_USER("(?i)\\bhttps?://(?<secret>[^\\s\"'<>/:@]+)@"),

    /** {@code --password secret}, also as two items of a list. */
    OPTION("(?<![\\w-])--?(?<name>[A-Za-z][\\w-]{1,60})[\"']?,?[ \\t]+"
            + "(?<secret>(?!-)(?:\"[^\"\\n]*\"|'[^'\\n]*'|\\S+))") {
        @Override
        boolean holdsSecret(MatchResult match) {
            String name = match.group("name");
            return SecretNames.meanSecretSetting(name) && !SecretNames.meanPath(name);
        }
    },

    /** {@code machine host login user password secret}, on one line or on several. */
    NETRC("(?im)(?:\\b(?:machine|login)\\b[^\\n]{0,200}\\s|^[ \\t]*)password[ \\t]+(?<secret>[^\\s:=]\\S*)"
            + "(?=[ \\t]*\\r?$|[ \\t]+(?:machine|login|account)\\b)"),

    /** A bearer token, RFC 6750. */
    BEARER("(?i)\\bbearer[ \\t]+(?<secret>[A-Za-z0-9._~+/=-]{8,})"),

    /** Credentials in Base64, RFC 7617, and not a word that follows "basic" in a sentence. */
    BASIC("\\b[Bb]asic[ \\t]+(?=\\S*[A-Z0-9=])(?<secret>[A-Za-z0-9+/]{8,}={0,2})"),

    /** In turn: AWS key ids, tokens of GitHub and of Slack, JSON Web Tokens, keys of age, password hashes. */
    BARE("(?<secret>\\b(?:AKIA|ASIA|AGPA|AIDA|AROA|ANPA)[A-Z0-9]{16}\\b"
            + "|\\bgh[pousr]_[A-Za-z0-9]{20,}"
            + "|\\bxox[abpr]-[A-Za-z0-9-]{10,}"
            + "|\\beyJ[\\w-]{8,}\\.[\\w-]{8,}(?:\\.[\\w-]*)*"
            + "|AGE-SECRET-KEY-1[A-Z0-9]{20,}"
            + "|\\$(?:[1567]|2[abxy]|y|gy|argon2(?:id|i|d)|scrypt)\\$[./A-Za-z0-9$=,+-]{16,})");

    private final Pattern pattern;

    SecretShape(String pattern) {
        this.pattern = Pattern.compile(pattern);
    }

    /** Whether the name in a match, of a shape that has one, announces a secret. */
    boolean holdsSecret(MatchResult match) {
        return true;
    }

    Redacted redact(String text) {
        CleanCopy copy = new CleanCopy(text);
        Matcher match = pattern.matcher(text);
        while (match.find()) {
            // What an earlier rule has removed is neither removed nor counted again.
            if (holdsSecret(match) && !match.group().contains(CleanCopy.MARK)) {
                copy.leaveOut(match.start("secret"), match.end("secret"));
            }
        }
        return copy.complete();
    }
}
