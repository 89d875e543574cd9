package dev.lifeboat.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.host.SystemRandomness;
import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.hypervisor.Hypervisor;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.replication.BandwidthSchedule;
import dev.lifeboat.replication.HostReplication;
import dev.lifeboat.replication.ReplicationContext;
import dev.lifeboat.replication.ReplicationListener;
import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.BlobStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A lab whose machines go into a vault of the test's own. */
final class ProtectedLab {

    private final TestLab lab;
    private final String vault;
    private final Timekeeper time = new SystemTimekeeper();

    /** Makes the vault and the credentials of an agent for it; the lab is up or will be. */
    ProtectedLab(TestLab lab) throws IOException, InterruptedException {
        this.lab = lab;
        this.vault = "file://" + lab.scratch("vault");
        Files.writeString(lab.scratch("passphrase"), "correct horse\n");
        vaultCommand("init", vault, "--passphrase-file", scratch("passphrase"), "--kit", scratch("kit"), "--yes");
        vaultCommand(
                "credentials", "--vault", vault, "--passphrase-file", scratch("passphrase"), "--out", scratch("agent"));
    }

    /** The address of the vault. */
    String vault() {
        return vault;
    }

    /** Replication in the test's own process, with a guard that lives as long. */
    HostReplication replication(Hypervisor hypervisor) throws IOException {
        return replication(hypervisor, store());
    }

    /** The vault's store, as an agent opens it. */
    BlobStore store() {
        return BlobStores.open(vault, time, SystemRandomness.secure());
    }

    /** The same with a store that is the vault's in the end. */
    HostReplication replication(Hypervisor hypervisor, BlobStore store) throws IOException {
        return new HostReplication(new ReplicationContext(
                hypervisor,
                store,
                Credentials.parse(Files.readAllBytes(lab.scratch("agent")), "agent"),
                new TimedGuard(hypervisor),
                lab.scratch("state"),
                lab.scratch("spool"),
                ReplicationContext.LEAST_SPOOL,
                BandwidthSchedule.unlimited(),
                2,
                ReplicationListener.none(),
                SystemRandomness.secure(),
                time));
    }

    /** {@code lifeboat vault ARGUMENTS}, which has to succeed. */
    String vaultCommand(String... arguments) throws InterruptedException {
        ProgramRun run = TestLab.lifeboat("vault").with(arguments).run();
        assertThat(run.exitCode()).as(run.complaint()).isZero();
        return run.output();
    }

    /** A disk of a point as a raw image, to be deleted by the caller. */
    Path export(String point, String disk) throws InterruptedException {
        Path image = lab.scratch("%s-%s.raw".formatted(point, disk.replace('/', '-')));
        vaultCommand("export", "--vault", vault, "--kit", scratch("kit"), point, "--disk", disk, image.toString());
        return image;
    }

    /** The points of a group, the oldest first. */
    List<JsonNode> points(String group) throws InterruptedException {
        JsonNode listed = JsonMapper.shared()
                .readTree(vaultCommand(
                        "points", "--vault", vault, "--credentials", scratch("agent"), "--output", "json"));
        return StreamSupport.stream(listed.spliterator(), false)
                .filter(point -> point.path("id").asString().startsWith(group + "@"))
                .toList();
    }

    String scratch(String file) {
        return lab.scratch(file).toString();
    }
}
