package dev.lifeboat.agent;

import dev.lifeboat.agent.configuration.AgentConfiguration;
import dev.lifeboat.hypervisor.Hypervisor;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.recovery.KeyedRecoveries;
import dev.lifeboat.recovery.home.Homecomings;
import dev.lifeboat.replication.Guard;
import dev.lifeboat.replication.HoldBack;
import dev.lifeboat.replication.Replication;
import dev.lifeboat.replication.ReplicationListener;
import dev.lifeboat.vault.key.Credentials;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What the agent's commands have of the computer and of the other parts.
 *
 * @param time the source of time
 * @param random good enough for keys
 * @param environment of this process
 * @param mainClass whose main runs a command line, for the guard's process
 * @param classPath for it
 * @param version of this program
 * @param parts the hypervisor, the replication and the recoveries
 */
public record AgentContext(
        Timekeeper time,
        RandomGenerator random,
        Map<String, String> environment,
        String mainClass,
        String classPath,
        String version,
        Parts parts) {

    public AgentContext {
        environment = Map.copyOf(environment);
    }

    /** What is put into an agent. */
    public interface Parts {

        /**
         * Opens a hypervisor; it may connect later.
         *
         * @param uri its address
         * @param state the agent's folder; our captures have their sockets and scratch files below it
         */
        Hypervisor hypervisor(String uri, Path state);

        /** Makes the replication; it protects nothing yet. */
        Replication replication(
                AgentConfiguration configuration,
                Hypervisor hypervisor,
                Guard guard,
                Credentials credentials,
                ReplicationListener listener,
                HoldBack holdBack);

        /**
         * Opens the host for recoveries; it may connect to its hypervisor later.
         *
         * @param uri the hypervisor's address
         * @param folder where recoveries have their files
         */
        KeyedRecoveries recoveries(String uri, Path folder);

        /**
         * Opens the host for groups that come home; it may connect to its hypervisor later.
         *
         * @param uri the hypervisor's address
         * @param folder where recoveries have their files
         * @param credentials of this host's writer, if it has any; the caller's to close, after this
         */
        Homecomings homecomings(String uri, Path folder, Optional<Credentials> credentials);
    }
}
