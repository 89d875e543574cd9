package dev.lifeboat.recovery;

import dev.lifeboat.hypervisor.BackingInMemory;
import dev.lifeboat.hypervisor.HostInMemory;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.recovery.RecoveryOrder.Wanted;
import dev.lifeboat.recovery.export.Account;
import dev.lifeboat.recovery.overlay.Overlay;
import dev.lifeboat.vault.point.PointId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * What serves disks on a host in memory: it outlives the processes that look after it, as exports do. All disks are
 * empty. For one thread.
 */
final class DisksInMemory {

    private final HostInMemory host;
    private final Set<String> served = new TreeSet<>();
    private boolean storeAnswers = true;
    private int questions;

    DisksInMemory(HostInMemory host) {
        this.host = host;
    }

    /** The machines whose disks are served. */
    Set<String> served() {
        return served.stream().map(one -> one.substring(one.indexOf(':') + 1)).collect(Collectors.toUnmodifiableSet());
    }

    /** Recoveries may have machines of the same name. */
    private static String key(RecoveryFolder folder, String machine) {
        return "%s:%s".formatted(folder.folder().getFileName(), machine);
    }

    /** The store goes away, or comes back. */
    void storeAnswers(boolean from) {
        storeAnswers = from;
    }

    /** How often it was asked whether the store answers. */
    int questions() {
        return questions;
    }

    /** The host has lost its power, or what serves a machine was killed. */
    void stop() {
        served.clear();
    }

    /**
     * As a process sees it.
     *
     * @param hasKey whether it may begin to serve what is not served
     */
    DiskService connect(PlannedFault fault, boolean hasKey) {
        return new Connected(fault, hasKey);
    }

    private final class Connected implements DiskService {

        private final PlannedFault fault;
        private final boolean hasKey;

        private Connected(PlannedFault fault, boolean hasKey) {
            this.fault = fault;
            this.hasKey = hasKey;
        }

        @Override
        public Served serve(
                RecoveryFolder folder, PointId point, String machine, boolean ran, Consumer<String> progress)
                throws InterruptedException {
            return fault.at("serve", ErrorCode.RECOVERY_EXPORT_NOT_STARTED, () -> {
                if (!hasKey && !served.contains(key(folder, machine))) {
                    throw new LifeboatException(ErrorCode.RECOVERY_KEY_NEEDED, machine + " is not served");
                }
                served.add(key(folder, machine));
                return disk -> "%s/%s".formatted(key(folder, machine), disk);
            });
        }

        @Override
        public boolean serves(RecoveryFolder folder, String machine) {
            return served.contains(key(folder, machine));
        }

        @Override
        public boolean answers(RecoveryFolder folder, String machine) {
            questions++;
            return storeAnswers && served.contains(key(folder, machine));
        }

        @Override
        public void makeOverlay(Overlay overlay, Optional<Account> owner) throws InterruptedException {
            boolean _ = fault.at("make overlay", ErrorCode.RECOVERY_OVERLAY_FAILED, () -> {
                if (!Files.exists(overlay.image())) {
                    host.image(overlay.image(), new Beneath(overlay.backing(), (int) overlay.diskBytes()));
                    write(overlay);
                }
                return true;
            });
        }

        private static void write(Overlay overlay) {
            try {
                Files.createFile(overlay.image());
            } catch (IOException e) {
                throw new LifeboatException(
                        ErrorCode.RECOVERY_OVERLAY_FAILED, overlay.image().toString(), e);
            }
        }

        @Override
        public void isUp(RecoveryFolder folder, PointId point, Wanted wanted, Consumer<String> progress) {
            fault.asked("is up");
        }

        @Override
        public List<String> end(RecoveryFolder folder, String machine) throws InterruptedException {
            return fault.at("end serving", ErrorCode.RECOVERY_PROCESS_LEFT, () -> {
                served.remove(key(folder, machine));
                return List.of();
            });
        }
    }

    /** A disk out of the vault: it can be read while the store answers. */
    private final class Beneath implements BackingInMemory {

        private final String name;
        private final int size;

        private Beneath(String name, int size) {
            this.name = name;
            this.size = size;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public int size() {
            return size;
        }

        @Override
        public void read(int offset, ByteBuffer into) throws IOException {
            if (!storeAnswers || !served.contains(name.substring(0, name.indexOf('/')))) {
                throw new IOException("the store is away");
            }
            while (into.hasRemaining()) {
                into.put((byte) 0);
            }
        }
    }
}
