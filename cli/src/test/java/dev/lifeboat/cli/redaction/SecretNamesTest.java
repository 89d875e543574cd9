package dev.lifeboat.cli.redaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretNamesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "shop.kit", "kit", "recovery-kit.json", "credentials", "vault.credentials.json", "server.key",
                        "id_ed25519",
                "agent-token", "passphrase", ".netrc", ".pgpass", "agent.p12", "ssh_host_rsa_key", "krb5.keytab"
            })
    void knowsFilesThatAreSecretsByName(String name) {
        assertThat(SecretNames.meanSecretFile(Path.of("/etc/lifeboat", name))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"agent.yaml", "toolkit.yaml", "server.log", "monkey.log", "ca.pem", "keyboard"})
    void knowsFilesThatAreNot(String name) {
        assertThat(SecretNames.meanSecretFile(Path.of("/etc/lifeboat", name))).isFalse();
    }
}
