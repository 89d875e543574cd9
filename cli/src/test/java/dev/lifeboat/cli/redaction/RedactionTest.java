package dev.lifeboat.cli.redaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** In every sample the secret contains {@code CANARY} and what must survive contains {@code harmless}. */
class RedactionTest {

    @ParameterizedTest(name = "{0}")
    @MethodSource("samples")
    void removesTheSecretAndKeepsItsNeighbours(String what, String text, int harmless) {
        Redacted redacted = Redaction.redact(text);

        assertThat(redacted.text()).doesNotContain("CANARY");
        assertThat(redacted.text().split("harmless", -1)).as(redacted.text()).hasSize(harmless + 1);
        assertThat(redacted.removed()).isPositive();
        assertThat(Redaction.redact(redacted.text()).text()).as("a second time").isEqualTo(redacted.text());
    }

    static Stream<Arguments> samples() {
        return Stream.of(
                sample("YAML", "user: harmless\npassword: CANARY with spaces # CANARY\nhost: harmless\n", 2),
                sample("YAML, nested", "db:\n  user: harmless\n  pass: CANARY\n  port: harmless\n", 2),
                sample("YAML in an item", "- token: CANARY\n  name: harmless\n- name: harmless\n", 2),
                sample("YAML block scalar", "secret: |\n  CANARY1\n\n  CANARY2\n   CANARY3\nnext: harmless\n", 1),
                sample("YAML block scalar with signs", "secret: >2-  # why\n  CANARY\n  CANARY\nnext: harmless\n", 1),
                sample("YAML block scalar in an item", "- api_key: |-\n    CANARY\n  other: harmless\n", 1),
                sample("YAML block scalar behind a number", "1. secret: |\n     CANARY\nb: harmless\n", 1),
                sample("YAML tag and anchor", "token: !!str &t |\n  CANARY\nb: harmless\n", 1),
                sample("YAML plain over lines", "passphrase: CANARY\n  CANARY\n  CANARY\nb: harmless\n", 1),
                sample("YAML value on the next line", "passphrase:\n  CANARY\nb: harmless\n", 1),
                sample(
                        "YAML double quotes over lines",
                        "passphrase: \"CANARY \\\" \\\n  CANARY\nCANARY\"\nb: harmless\n",
                        1),
                sample("YAML single quotes", "password: 'it''s CANARY'\nb: harmless\n", 1),
                sample("YAML single quotes over lines", "password: 'CANARY\n\n  CANARY'\nb: harmless\n", 1),
                sample("YAML list", "tokens:\n- CANARY\n- CANARY\nb: harmless\n", 1),
                sample("YAML mapping", "credentials:\n  a: CANARY\n  b:\n    c: CANARY\nb: harmless\n", 1),
                sample("YAML flow", "db: {user: harmless, password: CANARY, host: harmless}\n", 2),
                sample("YAML commented out", "# password: CANARY\n# user: harmless\nb: harmless\n", 2),
                sample("YAML commented out block", "# password: |\n#   CANARY\n# user: harmless\n", 1),
                sample("YAML unfinished quote", "password: \"CANARY\n  CANARY\nb: harmless\n", 1),
                sample("Windows line ends", "password: CANARY\r\nuser: harmless\r\n", 1),
                sample("two words", "private key: CANARY\nuser: harmless\n", 1),
                sample("two words in quotes", "{\"private key\": \"CANARY\", \"user\": \"harmless\"}", 1),
                sample("two words before a block", "private key: |\n  CANARY\n  CANARY\nuser: harmless\n", 1),
                sample(
                        "name and value",
                        "env:\n- name: DB_PASSWORD\n  value: CANARY\n- name: harmless\n  value: harmless\n",
                        2),
                sample("JSON name and value", "{\"name\": \"token\", \"value\": \"CANARY\", \"x\": \"harmless\"}", 1),
                sample("JSON", "{\"user\": \"harmless\", \"password\": \"CANARY\", \"host\": \"harmless\"}", 2),
                sample("JSON, tight", "{\"accessKeyId\":\"CANARY\",\"n\":\"harmless\"}", 1),
                sample("JSON escapes", "{\"password\": \"a\\\"CANARY\\\\\", \"host\": \"harmless\"}", 1),
                sample("JSON number", "{\n  \"token\": 4711CANARY,\n  \"n\": \"harmless\"\n}", 1),
                sample("JSON list", "{\"tokens\": [\"CANARY]\", \"CANARY\"], \"n\": \"harmless\"}", 1),
                sample("JSON object", "{\"secret\": {\n\"a\": \"CANARY}\",\n\"b\": [1]\n}, \"n\": \"harmless\"}", 1),
                sample("JSON value on the next line", "{\n\"password\":\n\"CANARY\",\n\"n\": \"harmless\"}", 1),
                sample(
                        "JSON inside a string",
                        "msg=\"{\\\"password\\\":\\\"CANARY\\\",\\\"n\\\":\\\"harmless\\\"}\"",
                        1),
                sample("TOML", "password = \"\"\"\nCANARY\nCANARY\"\"\"\nhost = 'harmless'\n", 1),
                sample("properties", "spring.datasource.password=CANARY\\\n  CANARY\nspring.url=harmless\n", 1),
                sample("properties, not indented", "a.password=CANARY\\\nCANARY\\\nCANARY\nurl=harmless\n", 1),
                sample("shell", "export AWS_SECRET_ACCESS_KEY='CANARY'\nexport REGION=harmless\n", 1),
                sample("shell, glued quotes", "PGPASSWORD='CANARY'\"CANARY\" psql harmless\n", 1),
                sample("systemd", "Environment=\"LIFEBOAT_TOKEN=CANARY\"\nUser=harmless\n", 1),
                sample("camel case", "dbPassword=CANARY\nuser=harmless\n", 1),
                sample("logfmt", "INFO login user=harmless password=CANARY host=harmless\n", 2),
                sample("prose", "INFO harmless: password: CANARY horse CANARY staple\nharmless\n", 2),
                sample("toString", "Login[user=harmless, password=CANARY, host=harmless]\n", 2),
                sample("query", "GET https://harmless/x?token=CANARY&page=harmless\n", 2),
                sample("shared access signature", "https://harmless/c?sv=2024&sig=CANARY%3D&se=harmless", 2),
                sample("connection string", "x: AccountName=harmless;AccountKey=CANARY==;End=harmless", 2),
                sample("URL", "url: postgres://u:CANARY@harmless/db\n", 1),
                sample("URL with an at sign", "see redis://:p@CANARY@harmless:6379/0\n", 1),
                sample("URL with a token", "git clone https://CANARY@harmless/repo\n", 1),
                sample(
                        "Authorization",
                        "> Authorization: Digest username=\"CANARY\", response=\"CANARY\"\nharmless",
                        1),
                sample(
                        "Authorization on a command line",
                        "curl harmless -H 'Authorization: Bearer CANARY'\nharmless",
                        2),
                sample("bearer", "sent Bearer CANARYabc.def harmless", 1),
                sample("basic", "sent Basic CANARYQWxhZGRpbg== harmless", 1),
                sample("cookie", "Cookie: a=CANARY; b=CANARY\nAccept: harmless\n", 1),
                sample("libvirt graphics", "<graphics type='vnc' passwd='CANARY' listen='harmless'/>", 1),
                sample("libvirt with double quotes", "<graphics passwd=\"CANARY\" port=\"harmless\"/>", 1),
                sample(
                        "XML element",
                        "<user>harmless</user><password enc=\"no\">CANARY\nCANARY</password><a>harmless</a>",
                        2),
                sample("option", "run --password CANARY --host harmless\n", 1),
                sample("option in a list", "[\"--token\", \"CANARY\", \"harmless\"]", 1),
                sample("option with an equals sign", "run --api-key=CANARY --host=harmless\n", 1),
                sample("netrc", "machine harmless login harmless password CANARY\n", 2),
                sample("AWS key id", "harmless AKIACANARY1234567890 harmless", 2),
                sample("password hash", "root:$6$CANARYsalt$CANARYhashhashhash:19000 harmless", 1),
                sample("JSON Web Token", "got eyJhbGciOiJCANARY.eyJzdWIiOiJCANARY.CANARY_x harmless", 1),
                sample("PEM", "harmless\n" + pem("RSA PRIVATE KEY", "\n") + "\nharmless\n", 2),
                sample("PEM of OpenSSH", "harmless\n" + pem("OPENSSH PRIVATE KEY", "\n") + "\nharmless\n", 2),
                sample("PEM of PGP", "harmless\n" + pem("PGP PRIVATE KEY BLOCK", "\n") + "\nharmless\n", 2),
                sample("PEM in JSON", "{\"x\": \"" + pem("PRIVATE KEY", "\\n") + "\", \"n\": \"harmless\"}", 1),
                sample("PEM in YAML", "x: |\n  " + pem("EC PRIVATE KEY", "\n  ") + "\ny: harmless\n", 1),
                sample("PEM whose end is missing", "harmless\n-----BEGIN PRIVATE KEY-----\nCANARY\nCANARY", 1),
                sample("PEM whose beginning is missing", "CANARY\nCANARY\n-----END PRIVATE KEY-----\nharmless\n", 1),
                sample(
                        "certificate beside a key",
                        "-----BEGIN CERTIFICATE-----\nharmless\n-----END CERTIFICATE-----\n" + pem("PRIVATE KEY", "\n"),
                        1),
                sample("colours", "\u001b[31mpassword\u001b[0m=CANARY\nharmless", 1),
                sample("NUL bytes", "p\0a\0s\0s\0w\0o\0r\0d\0=\0C\0A\0N\0A\0R\0Y\0\n\0harmless", 1),
                sample("at the very end", "harmless\npassword=CANARY", 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-20T03:04:05Z INFO cycle of group shop took 12 s, 3 machines\n",
                "passphrase-file: /etc/lifeboat/passphrase\nkey_file=\"/etc/lifeboat/tls.key\"\n",
                "lifeboat vault init file:///srv/vault --passphrase-file /root/p --kit /root/kit --yes\n",
                "compass: north\nbypass: 3\nkeyboard: de\nmonkey: yes\n",
                "password:\nuser: x\n",
                "{\"password\": \"\", \"token\": null, \"user\": \"x\"}\n",
                "use_token: true\nuser: x\n",
                "see https://example.org:8443/a/b?c=d and mail admin@example.org\n",
                "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
                "<domain type='qemu'><name>web</name><memory unit='KiB'>1024</memory></domain>\n",
                "Basic authentication was refused\nThe password was wrong.\n",
                "Prüfung läuft: größer als 5 €\n",
                ""
            })
    void leavesWhatIsNoSecretAlone(String text) {
        assertThat(Redaction.redact(text)).isEqualTo(new Redacted(text, 0));
    }

    @Test
    void countsEachSecretOnce() {
        assertThat(Redaction.redact("password: a\ntoken=b\nurl: http://u:p@h/\nAuthorization: Bearer abcdefghij\n"))
                .isEqualTo(new Redacted(
                        "password: [removed]\ntoken=[removed]\nurl: http://[removed]@h/\nAuthorization: [removed]\n",
                        4));
    }

    @Test
    void keepsJsonReadable() {
        assertThat(Redaction.redact("{\"password\": \"x\", \"tokens\": [\"y\"], \"n\": 1}")
                        .text())
                .isEqualTo("{\"password\": \"[removed]\", \"tokens\": \"[removed]\", \"n\": 1}");
    }

    @Test
    void isQuickOnHostileText() {
        String hostile = "a".repeat(500_000) + "\n" + "password=\"".repeat(20_000) + "{[".repeat(50_000)
                + "-----BEGIN ".repeat(10_000) + "<a".repeat(50_000) + "\n".repeat(100_000);

        assertThat(Redaction.redact(hostile).text()).isNotEmpty();
    }

    private static Arguments sample(String what, String text, int harmless) {
        return Arguments.of(what, text, harmless);
    }

    private static String pem(String label, String lineBreak) {
        return String.join(
                lineBreak, "-----BEGIN " + label + "-----", "MIICANARY", "CANARYabc==", "-----END " + label + "-----");
    }
}
