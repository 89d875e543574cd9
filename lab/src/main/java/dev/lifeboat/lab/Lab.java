package dev.lifeboat.lab;

import dev.lifeboat.host.AccelerationProbe;
import dev.lifeboat.host.Accelerator;
import dev.lifeboat.host.Folders;
import dev.lifeboat.host.HostRequirements;
import dev.lifeboat.host.NetworkNamespace;
import dev.lifeboat.host.ProcessTable;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * One lab: two sites with real machines and the world around them.
 *
 * <p>Every operation may be repeated: it looks at what stands and does what is missing. Two processes do not change the
 * same lab at once; the second is refused with {@link ErrorCode#LAB_BUSY}. An {@link #up} that fails or is interrupted
 * takes back what it has done: all of a lab that is new, the power of one that had none. Disks that were there before
 * are never removed but by {@link #down}.
 */
public final class Lab {

    private final LabName name;
    private final LabFolder folder;
    private final Path lockFile;
    private final Containers containers;
    private final Wiring wiring;
    private final GuestImages images;
    private final RememberedAcceleration acceleration;
    private final Answers answers;
    private final Timekeeper time;
    private final Consumer<String> progress;

    /**
     * The lab of this name; nothing is touched yet.
     *
     * @param root the folder below which labs stand
     * @param progress is told what is being done, a line each
     */
    public Lab(LabName name, Path root, GuestImages images, Timekeeper time, Consumer<String> progress) {
        this.name = name;
        this.folder = new LabFolder(root, name);
        this.lockFile = folder.path().resolveSibling("." + name + ".lock");
        this.containers = new Containers(folder, time);
        this.wiring = new Wiring(folder, containers);
        this.images = images;
        this.acceleration = new RememberedAcceleration(images.root(), new AccelerationProbe(time));
        this.answers = new Answers(containers, time);
        this.time = time;
        this.progress = progress;
    }

    public LabName name() {
        return name;
    }

    /** Whether anything of the lab runs. */
    public boolean isUp() {
        return containers.all().stream().anyMatch(Container::isUp);
    }

    /**
     * Brings the lab up with these machines, and waits until they answer. What stands already is left as it is, a link
     * that was cut stays cut; a site that is off is powered on.
     *
     * @return whether anything had to be done
     * @throws LifeboatException with {@link ErrorCode#LAB_MACHINE_SILENT} when a machine does not answer: the lab stays
     *     up, so that it can be looked at
     */
    public boolean up(List<Machine> machines) throws InterruptedException {
        try (FileLock _ = lock()) {
            boolean existed = folder.exists();
            boolean ran = isUp();
            requireSpace(machines);
            for (Machine machine : machines) {
                for (Machine.Disk disk : machine.disks()) {
                    images.image(disk.image());
                }
            }
            try {
                folder.create();
                boolean changed = powerOnPlaces(List.of(Place.values()));
                for (Machine machine : machines) {
                    changed |= install(machine);
                }
                awaitAnswers(machines);
                return changed;
            } catch (RuntimeException | InterruptedException e) {
                // A file that is being written when the thread is asked to stop fails with an error of its own.
                boolean stopped = Thread.interrupted() || e instanceof InterruptedException;
                if (stopped || !isSilence(e)) {
                    takeBack(existed, ran);
                }
                if (stopped) {
                    throw interruption(e);
                }
                throw e;
            }
        }
    }

    private static boolean isSilence(Exception e) {
        return e instanceof LifeboatException known && known.code() == ErrorCode.LAB_MACHINE_SILENT;
    }

    private static InterruptedException interruption(Exception cause) {
        InterruptedException interruption = new InterruptedException();
        interruption.initCause(cause);
        return interruption;
    }

    /** Removes the lab with all its machines and disks, also one that was half made. */
    public void down() throws InterruptedException {
        try (FileLock _ = lock()) {
            removeEverything();
            images.sweep();
        }
    }

    /** The disaster: SIGKILL for every process of the site at once, its links gone, its disks left as they fell. */
    public void powerOff(Place site) throws InterruptedException {
        try (FileLock _ = lock()) {
            requireUp();
            List<Container> lost = containers.ofSite(site);
            lost.forEach(Container::strike);
            for (Container container : lost) {
                container.kill();
            }
            wiring.disconnect(site);
        }
    }

    /** Brings a site back: its hosts boot and start their machines from the disks as they are. */
    public void powerOn(Place site) throws InterruptedException {
        try (FileLock _ = lock()) {
            requireUp();
            powerOnPlaces(List.of(site));
            awaitAnswers(machines().stream()
                    .filter(machine -> machine.home().site() == site)
                    .toList());
        }
    }

    /** Takes the link between the sites down, until it is joined. Both still reach the world. */
    public void cutLink() throws InterruptedException {
        try (FileLock _ = lock()) {
            requireBothSites();
            folder.rememberCut(true);
            wiring.connect();
        }
    }

    /** Takes the link between the sites up again. */
    public void joinLink() throws InterruptedException {
        try (FileLock _ = lock()) {
            requireBothSites();
            folder.rememberCut(false);
            wiring.connect();
        }
    }

    /** The machines that were installed in this lab, whether they run or not. */
    public List<Machine> machines() {
        List<Machine> installed = new ArrayList<>();
        for (Machine machine : Machine.values()) {
            if (machine.disks().stream()
                    .allMatch(disk -> Files.exists(folder.disk(machine.home(), disk.fileOf(machine))))) {
                installed.add(machine);
            }
        }
        return installed;
    }

    /** How everything stands at this moment. */
    public LabStatus status() throws InterruptedException {
        return new Inspection(name, folder, containers, wiring, answers, time).status(machines());
    }

    /** A disk of a machine at its home, as a file of this computer. */
    public Path disk(Machine machine, String target) {
        return machine.disks().stream()
                .filter(disk -> disk.target().equals(target))
                .map(disk -> folder.disk(machine.home(), disk.fileOf(machine)))
                .findFirst()
                .orElseThrow();
    }

    /** The libvirt of a host, for clients on this computer. */
    public String libvirtUri(LabHost host) {
        return new Libvirt(folder, host, time).uri();
    }

    /** Where customers stand: sockets made in here see the lab as they do. */
    public NetworkNamespace world() {
        requireUp();
        return containers.of(Place.WORLD).network();
    }

    /** The router of scribe's site: scribe has no customers out in the world. */
    public NetworkNamespace besideScribe() {
        requireUp();
        return containers.of(Machine.SCRIBE.home().site()).network();
    }

    /** Refuses with {@link ErrorCode#LAB_NOT_UP} when nothing of the lab runs. */
    public void requireUp() {
        if (!isUp()) {
            throw new LifeboatException(ErrorCode.LAB_NOT_UP, "The lab '%s' is not up.".formatted(name));
        }
    }

    /** Takes back what a failed up has done: all of a lab that is new, the power of one that had none. */
    private void takeBack(boolean existed, boolean ran) throws InterruptedException {
        if (!existed) {
            progress.accept("Removing what was made of the lab");
            removeEverything();
        } else if (!ran) {
            progress.accept("Powering off; the disks stay as they are");
            killAll();
        }
    }

    private boolean powerOnPlaces(List<Place> places) throws InterruptedException {
        boolean started = false;
        List<LabHost> hosts = new ArrayList<>();
        for (Place place : places) {
            if (!containers.ofSite(place).stream().allMatch(Container::isUp)) {
                progress.accept("Powering on: " + place);
            }
            for (Container container : containers.ofSite(place)) {
                started |= container.start();
            }
            hosts.addAll(place.hosts());
        }
        wiring.connect();
        Accelerator accelerator = acceleration.get();
        forEachAtOnce(hosts, host -> {
            wiring.furnish(host, accelerator);
            new Libvirt(folder, host, time).awaitReady();
        });
        return started;
    }

    private boolean install(Machine machine) throws InterruptedException {
        Libvirt libvirt = new Libvirt(folder, machine.home(), time);
        boolean changed = false;
        if (libvirt.stateOf(machine) == MachineState.UNDEFINED) {
            progress.accept("Installing machine: " + machine);
            for (Machine.Disk disk : machine.disks()) {
                for (var file : disk.filesOf(machine).entrySet()) {
                    Path copy = folder.disk(machine.home(), file.getValue());
                    if (!Files.exists(copy)) {
                        images.copy(disk.image(), file.getKey(), copy);
                    }
                }
            }
            libvirt.define(machine, acceleration.get());
            changed = true;
        }
        return switch (libvirt.stateOf(machine)) {
            case RUNNING -> changed;
            case PAUSED -> {
                libvirt.resume(machine);
                yield true;
            }
            case OFF, UNDEFINED -> {
                libvirt.start(machine);
                yield true;
            }
        };
    }

    private void awaitAnswers(List<Machine> machines) throws InterruptedException {
        Map<Machine, Path> consoles = new EnumMap<>(Machine.class);
        machines.forEach(machine -> consoles.put(machine, folder.console(machine.home(), machine)));
        answers.await(consoles, progress);
    }

    private void killAll() throws InterruptedException {
        containers.all().forEach(Container::strike);
        for (Container container : containers.all()) {
            container.kill();
        }
    }

    private void removeEverything() throws InterruptedException {
        killAll();
        List<ProcessTable.Entry> left = ProcessTable.withArgumentPrefix(folder.marker());
        if (!left.isEmpty()) {
            throw new LifeboatException(
                    ErrorCode.LAB_LEFTOVERS, "Processes of the lab '%s' are still there: %s".formatted(name, left));
        }
        folder.delete();
    }

    private void requireBothSites() {
        requireUp();
        for (Place site : Place.SITES) {
            if (!containers.of(site).isUp()) {
                throw new LifeboatException(
                        ErrorCode.LAB_SITE_OFF, "The %s site is powered off; there is no link.".formatted(site));
            }
        }
    }

    private void requireSpace(List<Machine> machines) {
        if (!images.has(machines)) {
            Folders.requireSpace(images.root(), HostRequirements.GUEST_IMAGES_SPACE, "to build guest images");
        }
        if (!machines().containsAll(machines)) {
            Folders.requireSpace(folder.path(), HostRequirements.LAB_SPACE, "for the machines of a lab");
        }
    }

    private FileLock lock() {
        return FileLock.tryTake(lockFile)
                .orElseThrow(() -> new LifeboatException(
                        ErrorCode.LAB_BUSY, "Another command is changing the lab '%s'.".formatted(name)));
    }

    private interface Step<T> {
        void accept(T item) throws InterruptedException;
    }

    private static <T> void forEachAtOnce(List<T> items, Step<T> step) throws InterruptedException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (T item : items) {
                running.add(threads.submit(() -> {
                    step.accept(item);
                    return null;
                }));
            }
            try {
                for (Future<?> one : running) {
                    one.get();
                }
            } catch (ExecutionException e) {
                throw e.getCause() instanceof LifeboatException known ? known : new IllegalStateException(e.getCause());
            } finally {
                running.forEach(one -> one.cancel(true));
            }
        }
    }
}
