package dev.lifeboat.agent.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.agent.configuration.AgentConfiguration.Group;
import dev.lifeboat.agent.configuration.AgentConfiguration.LogLevel;
import dev.lifeboat.agent.configuration.AgentConfiguration.Recovery;
import dev.lifeboat.agent.configuration.AgentConfiguration.Spool;
import dev.lifeboat.agent.configuration.AgentConfiguration.VaultAccess;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationFileTest {

    private static final Path FILE = Path.of("/etc/lifeboat/agent.yaml");

    private static AgentConfiguration read(String text) {
        return ConfigurationFile.parse(FILE, text);
    }

    @Test
    void whatIsNotWrittenHasADefault() {
        assertThat(read(Texts.LEAST))
                .isEqualTo(new AgentConfiguration(
                        "alpha",
                        "qemu:///system",
                        Optional.of(new VaultAccess("file:///srv/vault", Path.of("/etc/lifeboat/credentials"))),
                        Path.of("/var/lib/lifeboat/agent"),
                        Path.of("/run/lifeboat/agent.sock"),
                        new Spool(Path.of("/var/lib/lifeboat/agent/spool"), ByteCount.ofGibibytes(1)),
                        ByteCount.ofGibibytes(1),
                        List.of(new Group(
                                "shop",
                                List.of("web", "db"),
                                Duration.ofMinutes(5),
                                Optional.of(Duration.ofHours(1)),
                                Set.of(),
                                Optional.empty())),
                        Optional.empty(),
                        List.of(),
                        List.of(),
                        OptionalInt.empty(),
                        LogLevel.INFO));
    }

    @Test
    void everyKeyIsRead() {
        assertThat(read(Texts.ALL))
                .isEqualTo(new AgentConfiguration(
                        "alpha",
                        "qemu+unix:///system",
                        Optional.of(new VaultAccess("file:///srv/vault", Path.of("/etc/lifeboat/credentials"))),
                        Path.of("/srv/agent"),
                        Path.of("/srv/agent/agent.sock"),
                        new Spool(Path.of("/srv/spool"), ByteCount.ofMebibytes(256)),
                        ByteCount.ofMebibytes(512),
                        List.of(
                                new Group(
                                        "shop",
                                        List.of("web", "db"),
                                        Duration.ofSeconds(30),
                                        Optional.of(Duration.ofHours(2)),
                                        Set.of("web/vdb"),
                                        Optional.of(Path.of("/mnt/usb/seed"))),
                                new Group(
                                        "scribe",
                                        List.of("scribe"),
                                        Duration.ofSeconds(5),
                                        Optional.empty(),
                                        Set.of(),
                                        Optional.empty())),
                        Optional.of(new Recovery(Path.of("/srv/recovery"))),
                        List.of(
                                new BandwidthLimit(ByteCount.ofMebibytes(4), LocalTime.of(8, 0), LocalTime.of(18, 0)),
                                new BandwidthLimit(ByteCount.ofMebibytes(20), LocalTime.MIDNIGHT, LocalTime.MIDNIGHT)),
                        List.of(new BandwidthLimit(ByteCount.ofMebibytes(50), LocalTime.of(7, 0), LocalTime.of(19, 0))),
                        OptionalInt.of(9109),
                        LogLevel.DEBUG));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "host: alpha | host: al pha | :2: host is \"al pha\"; allowed is up to 64 letters",
                "host: alpha | hots: alpha | :2: there is no key hots; allowed are bandwidth, groups, host",
                "host: alpha | x: | :2: the key host is missing",
                "period: 30s | period: 4s | :18: groups[0].period is \"4s\"; allowed is a whole number and ms, s, m,"
                        + " h or d, such as 30s, from 5s to 1d",
                "period: 30s | period: 2d | :18: groups[0].period is \"2d\"",
                "period: 30s | period: fast | :18: groups[0].period is \"fast\"",
                "period: 30s | period: [30s] | :18: groups[0].period is a list; allowed is a whole number",
                "- web | - scribe | :22: machine scribe is in group shop and in group scribe; it can be in one",
                "- web | - db | :17: machine db is in group shop twice",
                "- web | - \"\" | :16: the machine is called \"\"",
                "name: scribe | name: shop | :21: there is a group shop already",
                "web/vdb | vdb | :20: \"vdb\" is no disk of the group; allowed is MACHINE/DISK",
                "web/vdb | scribe/vdb | :20: \"scribe/vdb\" is no disk of the group",
                "machines: [scribe] | machines: [] | :22: group scribe has no machine",
                "machines: [scribe] | machines: scribe | :22: groups[1].machines has to be a list",
                "size: 256MiB | size: 256M | :11: spool.size is \"256M\"; allowed is a whole number and B, KiB",
                "size: 256MiB | size: 1MiB | :11: spool.size is \"1MiB\"; allowed is a whole number and B, KiB, MiB,"
                        + " GiB or TiB, such as 256MiB, at least 128.0 MiB",
                "url: file:///srv/vault | url: /srv/vault | :5: vault.url is \"/srv/vault\"; allowed is the address",
                "credentials: /etc/lifeboat/credentials | credentials: mine | :6: vault.credentials is \"mine\"",
                "credentials: /etc/lifeboat/credentials | passphrase: x | :6: there is no key vault.passphrase",
                "to: 18:00 | to: 25:00 | :30: bandwidth[0].to is \"25:00\"; allowed is a time of the day",
                "per_second: 50MiB | per_second: 1KiB | :33: seed_read_limit[0].per_second is \"1KiB\"; allowed is",
                "metrics_port: 9109 | metrics_port: 0 | :36: metrics_port is \"0\"; allowed is a port from 1 to 65535",
                "log_level: debug | log_level: loud | :37: log_level is \"loud\"; allowed is one of error, warn",
                "state: /srv/agent | state: srv | :7: state is \"srv\"; allowed is a path that begins with /",
                "host: alpha | host: &a alpha | ",
                "hypervisor: qemu+unix:///system | hypervisor: *a | :3: aliases are not allowed; write the value itself",
                "metrics_port: 9109 | host: beta | :36: the key host is there twice",
                "host: alpha | host: [ | it is no YAML",
                "enabled: true | enabled: maybe | :39: recovery.enabled is \"maybe\"; allowed is true or false",
                "folder: /srv/recovery | folder: recovery | :40: recovery.folder is \"recovery\"; allowed is a path",
                "folder: /srv/recovery | place: /srv/recovery | :40: there is no key recovery.place; allowed are"
                        + " enabled, folder",
            })
    void everyFaultIsToldWithItsLineAndWhatIsAllowed(String right, String wrong, String complaint) {
        assertThat(Texts.ALL).contains(right);
        String text = Texts.ALL.replaceFirst(java.util.regex.Pattern.quote(right), wrong);
        if (complaint == null) {
            assertThat(read(text).host()).isEqualTo("alpha");
            return;
        }
        assertThatThrownBy(() -> read(text))
                .isInstanceOfSatisfying(
                        LifeboatException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.AGENT_CONFIGURATION_INVALID))
                .hasMessageContaining(FILE.toString())
                .hasMessageContaining(complaint);
    }

    @Test
    void aHostOfTheRecoverySiteHasNothingToProtect() {
        AgentConfiguration beta = read(Texts.RECOVERY_ONLY);

        assertThat(beta.recovery()).contains(new Recovery(Path.of("/var/lib/lifeboat/recovery")));
        assertThat(beta.protects()).isFalse();
        assertThat(beta.vault()).isEmpty();
        assertThat(read(Texts.LEAST + "recovery: {enabled: false}\n").recovery())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{host: beta} | :1: the keys vault and groups are missing, or the key recovery",
                "{host: beta, recovery: {enabled: false}} | :1: recovery is switched off, and there are no vault and"
                        + " groups: there is nothing to do",
                "{host: beta, recovery: {}, vault: {url: file:///v, credentials: /c}} | :1: the key groups is missing",
                "{host: beta, recovery: {}, groups: [{name: shop, machines: [web]}]} | :1: the key vault is missing",
                "{host: beta, recovery: yes} | recovery has to be a section with the keys enabled, folder",
            })
    void whoHasNothingToDoIsTold(String text, String complaint) {
        assertThatThrownBy(() -> read(text)).hasMessageContaining(complaint);
    }

    @Test
    void allFaultsAreToldAtOnce() {
        assertThatThrownBy(() -> read("groups: []\nhots: x\nlog_level: loud\n"))
                .hasMessageContaining("agent.yaml:1: the key host is missing.")
                .hasMessageContaining("agent.yaml:1: the key vault is missing.")
                .hasMessageContaining("agent.yaml:1: there are 0 groups; allowed are 1 to 256.")
                .hasMessageContaining("agent.yaml:2: there is no key hots; allowed are")
                .hasMessageContaining("agent.yaml:3: log_level is \"loud\"");
    }

    @ParameterizedTest
    @CsvSource({"'', nothing in it", "just words, section with the keys", "'a: 1\n---\nb: 2', one document"})
    void whatIsNoConfigurationAtAllIsRefused(String text, String complaint) {
        assertThatThrownBy(() -> read(text)).hasMessageContaining(complaint);
    }
}
