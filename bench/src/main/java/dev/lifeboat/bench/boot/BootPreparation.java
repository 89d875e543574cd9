package dev.lifeboat.bench.boot;

import dev.lifeboat.bench.BenchRun;
import dev.lifeboat.bench.BootBench;
import dev.lifeboat.bench.BootResult;
import dev.lifeboat.bench.BootWay;
import dev.lifeboat.bench.BootWay.Kind;
import dev.lifeboat.bench.own.RecoverableVault;
import dev.lifeboat.bench.tool.OurProcess;
import dev.lifeboat.cli.LifeboatVersion;
import dev.lifeboat.host.ProgramVersion;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.recovery.export.KeptTraces;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;

/**
 * The bench from inside of its host: makes for each size the local disks, a vault with one point of them, and the trace
 * of a first start out of it; and then has all ways measured.
 */
public final class BootPreparation {

    private final BenchRun run;
    private final List<ByteCount> disks;
    private final int processors;
    private final Timekeeper time;
    private final RandomGenerator random;

    /**
     * Prepares nothing yet.
     *
     * @param run in whose folder the guest's disks are already, see {@link BootGuest#fetch}
     * @param disks sizes of the machine's disk, the smallest first
     * @param processors how many threads may compute at once
     * @param random good enough for keys
     */
    public BootPreparation(
            BenchRun run, List<ByteCount> disks, int processors, Timekeeper time, RandomGenerator random) {
        this.run = run;
        this.disks = List.copyOf(disks);
        this.processors = processors;
        this.time = time;
        this.random = random;
    }

    /**
     * Prepares and measures.
     *
     * @throws LifeboatException when a machine does not come up
     * @throws InterruptedException when the thread is asked to stop
     */
    public BootResult measure() throws InterruptedException {
        List<RecoverableVault> vaults = new ArrayList<>();
        try (BootHost host = BootHost.begin(run.folder(), time)) {
            List<BootWay> ways = new ArrayList<>();
            for (ByteCount disk : disks) {
                ways.addAll(ways(host, disk, vaults));
            }
            return new BootBench(run, ways).measure(versions(), notes());
        } finally {
            vaults.forEach(RecoverableVault::close);
        }
    }

    private List<BootWay> ways(BootHost host, ByteCount disk, List<RecoverableVault> vaults)
            throws InterruptedException {
        run.progress().accept("Preparing a machine with a disk of %s".formatted(disk));
        BootGuest guest = new BootGuest(BootHost.LIB.resolve("images").resolve(Long.toString(disk.bytes())), disk);
        guest.make(run.folder());
        RecoverableVault vault;
        try {
            vault = RecoverableVault.publish(
                    run.folder().resolve("vault-" + disk.bytes()),
                    BootGuest.NAME,
                    guest.document(host.hypervisor()).toJson(),
                    guest.vaultDisks(),
                    processors,
                    time,
                    random);
        } catch (HypervisorException e) {
            throw BootHost.failed(e);
        }
        vaults.add(vault);
        VaultBoot.Surroundings around =
                new VaultBoot.Surroundings(OurProcess.MAIN_CLASS, run.folder().resolve("networks"), time, random);
        run.progress().accept("A first start of it, for its trace");
        KeptTraces traces = new KeptTraces(run.folder().resolve("traces-" + disk.bytes()));
        new VaultBoot(Kind.VAULT, host, guest, vault, Optional.of(traces), around).record(traces);
        List<BootWay> ways = new ArrayList<>();
        ways.add(new LocalBoot(host, guest, time));
        ways.add(new VaultBoot(Kind.VAULT, host, guest, vault, Optional.empty(), around));
        ways.add(new VaultBoot(Kind.VAULT_TRACED, host, guest, vault, Optional.of(traces), around));
        ways.add(new VaultBoot(Kind.DISTANT, host, guest, vault, Optional.empty(), around));
        ways.add(new VaultBoot(Kind.DISTANT_TRACED, host, guest, vault, Optional.of(traces), around));
        return ways;
    }

    private static SequencedMap<String, String> versions() throws InterruptedException {
        SequencedMap<String, String> versions = new LinkedHashMap<>();
        versions.put("lifeboat", LifeboatVersion.current());
        for (String program : List.of("qemu-system-x86_64", "libvirtd", "nbdkit")) {
            versions.put(
                    program, ProgramVersion.ask(List.of(program, "--version")).orElse("unknown"));
        }
        return versions;
    }

    private static List<String> notes() {
        return List.of(
                "From the order until the first HTTP 200. The guest is emulated: what a recovery adds weighs less beside"
                        + " its start than beside one under KVM, so look at the difference as well.",
                "The slow link, 20 ms there and back and 200 Mbit/s, is inside of the reading process: it has neither"
                        + " losses nor a slow begin.",
                "Behind the guest's own 64 MiB every block of the vault's disk is mapped, and the local disk has a"
                        + " hole.");
    }
}
