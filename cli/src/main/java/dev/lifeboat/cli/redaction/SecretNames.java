package dev.lifeboat.cli.redaction;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Which names of settings and of files announce a secret. When in doubt, a name does. */
public final class SecretNames {

    /** Stems that mean a secret wherever they stand in a name, once hyphens, dots and underscores are gone. */
    private static final List<String> STEMS = List.of(
            "password",
            "passwd",
            "passphrase",
            "passcode",
            "secret",
            "token",
            "credential",
            "privatekey",
            "privkey",
            "apikey",
            "accesskey",
            "accountkey",
            "sharedkey",
            "encryptionkey",
            "decryptionkey",
            "signingkey",
            "sessionkey",
            "masterkey",
            "recoverykey",
            "datakey",
            "treekey",
            "fingerprintkey",
            "wrappingkey",
            "storagekey",
            "sastoken",
            "connectionstring",
            "authorization",
            "cookie",
            "xamzsignature");

    /** Words that mean a secret when they stand alone between hyphens, dots, underscores or humps. */
    private static final Set<String> WORDS = Set.of("pass", "pw", "pwd", "psk", "auth", "bearer", "sig", "rootpw");

    private static final List<String> PATH_ENDINGS = List.of("file", "path", "folder", "dir", "directory");

    private static final Set<String> FILE_WORDS = Set.of("kit", "netrc", "pgpass", "htpasswd", "keytab", "shadow");

    private static final List<String> FILE_ENDINGS =
            List.of(".key", ".p12", ".pfx", ".jks", ".keystore", ".ppk", ".gpg", ".age", ".kdbx", ".cred", ".creds");

    private static final Pattern BETWEEN_WORDS = Pattern.compile("[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])");
    private static final Pattern SSH_KEY = Pattern.compile("(id_\\w+|ssh_host_\\w+_key)");

    private SecretNames() {}

    /** Whether a file of this name is a secret as a whole. */
    public static boolean meanSecretFile(Path file) {
        String name = String.valueOf(file.getFileName());
        String small = name.toLowerCase(Locale.ROOT);
        return holdsStem(name)
                || holdsWord(name, FILE_WORDS)
                || FILE_ENDINGS.stream().anyMatch(small::endsWith)
                || SSH_KEY.matcher(small).matches();
    }

    /** Whether the value of a setting, header or attribute of this name is a secret. */
    static boolean meanSecretSetting(String name) {
        return holdsStem(name) || holdsWord(name, WORDS);
    }

    /** Whether a setting of this name names a file or folder: its value is then a path and no secret. */
    static boolean meanPath(String name) {
        return PATH_ENDINGS.stream().anyMatch(squeezed(name)::endsWith);
    }

    private static boolean holdsStem(String name) {
        return STEMS.stream().anyMatch(squeezed(name)::contains);
    }

    private static boolean holdsWord(String name, Set<String> words) {
        return BETWEEN_WORDS
                .splitAsStream(name)
                .map(word -> word.toLowerCase(Locale.ROOT))
                .anyMatch(words::contains);
    }

    private static String squeezed(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }
}
