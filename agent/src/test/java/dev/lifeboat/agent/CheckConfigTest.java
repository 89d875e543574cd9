package dev.lifeboat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.agent.AgentOnDisk.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code lifeboat agent check-config}: what is said before an agent is started with a mistake. */
class CheckConfigTest {

    @TempDir
    private Path folder;

    private AgentOnDisk host;

    @BeforeEach
    void make() throws IOException {
        host = AgentOnDisk.made(folder, "shop", "mail");
    }

    private static Ended check(Path configuration, String... options) {
        String[] arguments = new String[3 + options.length];
        arguments[0] = "agent";
        arguments[1] = "check-config";
        arguments[2] = configuration.toString();
        System.arraycopy(options, 0, arguments, 3, options.length);
        return AgentOnDisk.run(arguments);
    }

    private static void assertRefused(Path configuration, int exitCode, String... said) {
        Ended checked = check(configuration);
        assertThat(checked.exitCode()).isEqualTo(exitCode);
        assertThat(checked.errors()).contains(said);
        Ended run = AgentOnDisk.run("agent", "run", "--config", configuration.toString());
        assertThat(run.exitCode()).isEqualTo(exitCode);
        assertThat(run.errors()).contains(said);
    }

    @Test
    void aConfigurationThatIsRightIsSaidToBe() throws IOException {
        Ended checked = check(host.configuration("shop"));

        assertThat(checked.errors()).isEmpty();
        assertThat(checked.exitCode()).isZero();
        assertThat(checked.output()).contains("2 machines in 1 groups of host alpha, all there");
    }

    @Test
    void aHostThatOnlyRecoversNeedsNoVaultAndNoCredentials() throws IOException {
        Path configuration = Files.writeString(
                folder.resolve("beta.yaml"),
                "host: beta\nhypervisor: folder://%s/machines\nrecovery: {}\n".formatted(folder));

        Ended checked = check(configuration);

        assertThat(checked.errors()).isEmpty();
        assertThat(checked.output())
                .contains("0 machines in 0 groups of host beta, which may recover machines, all there");
    }

    @Test
    void nothingIsMadeByChecking() throws IOException {
        check(host.configuration("shop"));

        assertThat(folder.resolve("state")).doesNotExist();
        assertThat(folder.resolve("run")).doesNotExist();
    }

    @Test
    void theFileAloneCanBeCheckedAnywhere() throws IOException {
        Path configuration = host.configuration("shop");
        Files.delete(folder.resolve("credentials"));

        assertThat(check(configuration).exitCode()).isEqualTo(1);
        assertThat(check(configuration, "--file-only").exitCode()).isZero();
    }

    @Test
    void aPeriodBelowTheFloorIsRefused() throws IOException {
        Path configuration = host.configuration("shop");
        Files.writeString(configuration, Files.readString(configuration).replace("30s", "4s"));

        assertRefused(configuration, 2, "LB-AGENT-001", configuration + ":11: groups[0].period is \"4s\"");
    }

    @Test
    void aMachineInTwoGroupsIsRefused() throws IOException {
        Path configuration = host.configuration("shop", "  - name: mail", "    machines: [web]");

        assertRefused(configuration, 2, "LB-AGENT-001", ":13: machine web is in group shop and in group mail");
    }

    @Test
    void anUnknownMachineIsRefused() throws IOException {
        Path configuration = host.configuration("shop", "  - name: mail", "    machines: [mail]");

        assertRefused(configuration, 4, "LB-AGENT-006", "Group mail: the hypervisor has no machine mail.");
    }

    @Test
    void aGroupAcrossHostsIsRefused() throws IOException {
        Path configuration = host.configuration("shop");
        Files.writeString(configuration, Files.readString(configuration).replace("[web, db]", "[web, elsewhere]"));

        assertRefused(configuration, 3, "LB-AGENT-007", "not all of its machines are on this host; elsewhere is not");
    }

    @Test
    void aVaultThatIsNotAttachedIsRefused() throws IOException {
        Path configuration = host.configuration("shop");
        Files.move(folder.resolve("vault"), folder.resolve("unmounted"));

        assertRefused(configuration, 4, "LB-VAULT-001");
    }

    @Test
    void aVaultThatFirstCopiesAreCarriedToNeedNotBeAttached() throws Exception {
        Path seed = Files.createDirectories(folder.resolve("usb/seed"));
        Path configuration = host.configuration("shop", "    seed_folder: " + seed);
        Files.move(folder.resolve("vault"), folder.resolve("unmounted"));

        Ended checked = check(configuration);

        assertThat(checked.exitCode()).as(checked.errors()).isZero();
        assertThat(checked.errors()).contains("The vault cannot be reached").contains("seed folders");
        assertThat(seed).isEmptyDirectory();
        Process agent = host.started(configuration);
        agent.destroy();
        assertThat(agent.waitFor()).isNotEqualTo(1);
        Path both = host.configuration(
                "shop", "    seed_folder: " + seed, "  - name: mail", "    machines: [mail]", "    seed_folder: none");
        assertRefused(both, 4, "LB-VAULT-001");
    }

    @Test
    void aSeedFolderOnItsWayIsNoMistakeAndOneOfAnotherVaultIs() throws IOException {
        Path configuration = host.configuration("shop", "    seed_folder: " + folder.resolve("usb"));

        Ended checked = check(configuration);

        assertThat(checked.exitCode()).as(checked.errors()).isZero();
        assertThat(checked.errors()).contains("is not there: its disk is on its way, or has to be mounted");
        Files.createDirectory(folder.resolve("usb"));
        Files.writeString(
                folder.resolve("usb/seed.json"),
                "{\"format\": \"lifeboat-seed\", \"version\": 0, \"vault\": \"" + "0".repeat(32) + "\", \"begun\": 0}");
        assertRefused(configuration, 3, "LB-VAULT-005", folder.resolve("usb").toString());
    }

    @Test
    void missingCredentialsAreRefused() throws IOException {
        Path configuration = host.configuration("shop");
        Files.delete(folder.resolve("credentials"));

        assertRefused(configuration, 1, "LB-CLI-002", "credentials");
    }

    @Test
    void credentialsThatAreNoneAreRefused() throws IOException {
        Path configuration = host.configuration("shop");
        Files.writeString(folder.resolve("credentials"), "{}");

        assertRefused(configuration, 1, "LB-VAULT-009");
    }

    @Test
    void credentialsOfAnotherVaultAreRefused() throws IOException {
        Path configuration = host.configuration("shop");
        Path other = Files.createDirectory(folder.resolve("other"));
        AgentOnDisk.made(other, "*");
        Files.copy(
                other.resolve("credentials"),
                folder.resolve("credentials"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);

        assertRefused(configuration, 3, "LB-VAULT-005");
    }

    @Test
    void credentialsThatDoNotAllowTheGroupAreRefused() throws IOException {
        assertRefused(host.configuration("bank"), 3, "LB-VAULT-010", "bank");
    }

    @Test
    void aHypervisorThatDoesNotAnswerIsNamed() throws IOException {
        host.hypervisor().goAway();

        Ended checked = check(host.configuration("shop"));

        assertThat(checked.exitCode()).isEqualTo(1);
        assertThat(checked.errors()).contains("LB-AGENT-008").contains("away");
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThat(check(folder.resolve("nowhere.yaml")).errors())
                .contains("LB-CLI-002")
                .contains("nowhere.yaml");
    }
}
