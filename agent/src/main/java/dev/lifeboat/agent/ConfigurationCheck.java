package dev.lifeboat.agent;

import dev.lifeboat.agent.configuration.AgentConfiguration;
import dev.lifeboat.agent.configuration.AgentConfiguration.Group;
import dev.lifeboat.hypervisor.Hypervisor;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.Machine;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.vault.SessionKeys;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.seed.SeedFolder;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.BlobStores;
import dev.lifeboat.vault.store.RetryPolicy;
import dev.lifeboat.vault.store.RetryingStore;
import dev.lifeboat.vault.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** Whether what a configuration names is there: the vault, credentials that fit it, the hypervisor and its machines. */
final class ConfigurationCheck {

    /** A hypervisor that is there is connected to within a second or two. */
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

    private static final Duration LOOK_INTERVAL = Duration.ofMillis(200);

    private final AgentConfiguration configuration;
    private final Timekeeper time;
    private final RandomGenerator random;

    ConfigurationCheck(AgentConfiguration configuration, Timekeeper time, RandomGenerator random) {
        this.configuration = configuration;
        this.time = time;
        this.random = random;
    }

    /**
     * The credentials in the file that is named, which allow every group.
     *
     * @throws LifeboatException {@link ErrorCode#CLI_FILE_UNREADABLE}, {@link ErrorCode#VAULT_CREDENTIALS_UNREADABLE},
     *     {@link ErrorCode#VAULT_GROUP_NOT_GRANTED}
     */
    Credentials credentials() {
        Path file = configuration.ownVault().credentials();
        byte[] content;
        try (InputStream stream = Files.newInputStream(file)) {
            content = stream.readNBytes(Credentials.MAX_BYTES + 1);
        } catch (IOException e) {
            throw new LifeboatException(ErrorCode.CLI_FILE_UNREADABLE, "%s cannot be read: %s".formatted(file, e), e);
        }
        Credentials credentials = Credentials.parse(content, file.toString());
        configuration
                .groups()
                .forEach(group -> credentials.signer().certificate().requireCovers(group.name()));
        return credentials;
    }

    /**
     * The vault, if it is attached and the credentials are for it.
     *
     * @throws LifeboatException {@link ErrorCode#VAULT_NOT_FOUND}, {@link ErrorCode#VAULT_FOREIGN}
     */
    Vault vault(Credentials credentials) {
        BlobStore store = BlobStores.open(configuration.ownVault().url(), time, random);
        return Vault.open(
                new RetryingStore(store, RetryPolicy.STANDARD, time, random), credentials.anchor(), SessionKeys.none());
    }

    /**
     * Same as {@link #vault}, but nothing when it is out of reach and need not be there yet.
     *
     * @param tell hears so, in a sentence
     * @throws LifeboatException as {@link #vault}
     */
    Optional<Vault> vaultIfThere(Credentials credentials, Consumer<String> tell) {
        try {
            return Optional.of(vault(credentials));
        } catch (LifeboatException | StoreException e) {
            LifeboatException failure = e instanceof StoreException store ? store.toLifeboat() : (LifeboatException) e;
            boolean mayCome =
                    failure.code() == ErrorCode.VAULT_NOT_FOUND || failure.code() == ErrorCode.VAULT_STORE_FAILED;
            if (!mayCome || !configuration.needsNoVaultYet()) {
                throw failure;
            }
            tell.accept("The vault cannot be reached (%s); first copies go into their seed folders meanwhile."
                    .formatted(failure.getMessage()));
            return Optional.empty();
        }
    }

    /**
     * Looks at the folders of first copies that are carried. One that is not there may be on its way.
     *
     * @param tell hears what is not there, in a sentence
     * @throws LifeboatException with {@link ErrorCode#VAULT_SEED_UNUSABLE} or {@link ErrorCode#VAULT_FOREIGN} when one
     *     belongs to something else
     */
    void seedFolders(Credentials credentials, Consumer<String> tell) {
        configuration.groups().stream()
                .flatMap(group -> group.seedFolder().stream())
                .distinct()
                .forEach(folder -> {
                    if (!Files.isDirectory(folder)) {
                        tell.accept("The seed folder %s is not there: its disk is on its way, or has to be mounted."
                                .formatted(folder));
                    } else {
                        SeedFolder.requireUsable(folder, credentials.vault(), time, random);
                    }
                });
    }

    /**
     * The machines of the hypervisor, once it answers.
     *
     * @throws LifeboatException with {@link ErrorCode#AGENT_HYPERVISOR_UNREACHABLE}
     */
    List<Machine> machines(Hypervisor hypervisor) throws InterruptedException {
        Duration deadline = time.elapsed().plus(CONNECT_LIMIT);
        while (true) {
            try {
                return hypervisor.machines();
            } catch (HypervisorException e) {
                if (time.elapsed().compareTo(deadline) >= 0) {
                    throw new LifeboatException(
                            ErrorCode.AGENT_HYPERVISOR_UNREACHABLE,
                            "The hypervisor %s does not answer: %s"
                                    .formatted(configuration.hypervisor(), e.getMessage()),
                            e);
                }
            }
            time.pause(LOOK_INTERVAL);
        }
    }

    /** What is wrong with the machines of a group; nothing when all of them are there. */
    static Optional<LifeboatException> fault(Group group, List<Machine> machines) {
        Set<String> known = machines.stream().map(Machine::name).collect(Collectors.toSet());
        List<String> missing = group.machines().stream()
                .filter(machine -> !known.contains(machine))
                .toList();
        if (missing.isEmpty()) {
            return Optional.empty();
        }
        String names = String.join(", ", missing);
        return Optional.of(
                missing.size() == group.machines().size()
                        ? new LifeboatException(
                                ErrorCode.AGENT_MACHINE_UNKNOWN,
                                "Group %s: the hypervisor has no machine %s.".formatted(group.name(), names))
                        : new LifeboatException(
                                ErrorCode.AGENT_GROUP_ACROSS_HOSTS,
                                "Group %s: not all of its machines are on this host; %s is not."
                                        .formatted(group.name(), names)));
    }
}
