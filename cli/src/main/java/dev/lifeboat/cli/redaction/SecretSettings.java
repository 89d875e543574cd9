package dev.lifeboat.cli.redaction;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Removes the values of settings whose names announce a secret. What a value is, {@link SettingValue} knows. */
final class SecretSettings {

    /** A {@code value:} this far behind the {@code name:} of a secret still belongs to it. */
    private static final int NAME_TO_VALUE = 200;

    /** A name may have a second word, as in {@code private key: …}. */
    private static final Pattern SETTING = Pattern.compile(
            "(?<quote>\\\\*[\"'`]?)(?<name>[A-Za-z_$][\\w.$/-]{0,120}(?: (?i:keys?|phrase|word|code|string)\\b)?)(?:\\[[^\\]\\n]{0,40}\\])?\\k<quote>"
                    + "\\]?[ \\t]*(?<sign>:=|=>|[:=])[ \\t]*");

    private static final Pattern NAME_OF_SETTING = Pattern.compile("[^\\n,]{0,120}");
    private static final Pattern PATH = Pattern.compile("[\"']?(?:~|\\.{0,2})/");

    private final String text;
    private final Matcher setting;

    private SecretSettings(String text) {
        this.text = text;
        this.setting = SETTING.matcher(text);
    }

    static Redacted redact(String text) {
        return new SecretSettings(text).redact();
    }

    private Redacted redact() {
        CleanCopy copy = new CleanCopy(text);
        int position = 0;
        int valueIsSecretUntil = -1;
        while (setting.find(position)) {
            position = setting.end();
            if (isNamed("name") || isNamed("key")) {
                valueIsSecretUntil = namesSecret() ? setting.end() + NAME_TO_VALUE : -1;
            }
            if (announcesSecret() || (isNamed("value") && setting.start() <= valueIsSecretUntil)) {
                Stretch secret = new SettingValue(text, setting).secret();
                if (!secret.isEmpty()) {
                    copy.leaveOut(secret);
                    position = secret.end();
                }
            }
        }
        return copy.complete();
    }

    private boolean isNamed(String name) {
        String whole = setting.group("name");
        return whole.substring(whole.indexOf(' ') + 1).equalsIgnoreCase(name);
    }

    /** Whether the value is itself the name of a secret. */
    private boolean namesSecret() {
        Matcher value = NAME_OF_SETTING.matcher(text).region(setting.end(), text.length());
        return value.lookingAt() && SecretNames.meanSecretSetting(value.group());
    }

    private boolean announcesSecret() {
        String name = setting.group("name");
        if (SecretNames.meanPath(name)
                && PATH.matcher(text).region(setting.end(), text.length()).lookingAt()) {
            return false;
        }
        return SecretNames.meanSecretSetting(name);
    }
}
