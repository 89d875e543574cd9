package dev.lifeboat.agent;

import dev.lifeboat.host.Folders;
import dev.lifeboat.host.SystemRandomness;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.recovery.KeyedRecoveries;
import dev.lifeboat.recovery.PointAccess;
import dev.lifeboat.recovery.Purpose;
import dev.lifeboat.recovery.Recoveries;
import dev.lifeboat.recovery.RecoveryOrder;
import dev.lifeboat.recovery.RecoveryOrder.Wanted;
import dev.lifeboat.recovery.RecoveryReport;
import dev.lifeboat.recovery.RecoveryReport.RecoveredMachine;
import dev.lifeboat.vault.SessionKeys;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.store.BlobStores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Recoveries that start nothing but leave files, so that several processes see them:
 *
 * <pre>
 * NAME/order       what was ordered
 * NAME/starts      a line for each time it was
 * NAME/MACHINE     a machine that runs
 * NAME/unserved    there when nobody serves its disks
 * NAME/paused      there while its machines stand still
 * hold             made by a test: machines do not become ready while it is there
 * </pre>
 *
 * The point is looked for in the vault with the keys that were brought.
 */
record RecoveriesOnDisk(Path folder, Timekeeper time) implements KeyedRecoveries {

    static final String HOLD = "hold";

    @Override
    public Recoveries withoutKeys() {
        return new Working(Optional.empty());
    }

    @Override
    public Recoveries with(PointAccess access) {
        return new Working(Optional.of(Vault.open(
                BlobStores.open(access.vault(), time, SystemRandomness.secure()),
                access.keys().anchor(),
                SessionKeys.of(access.keys()))));
    }

    @Override
    public void close() {
        // Files stay.
    }

    private final class Working implements Recoveries {

        private final Optional<Vault> vault;

        private Working(Optional<Vault> vault) {
            this.vault = vault;
        }

        @Override
        public RecoveryReport start(RecoveryOrder order, Consumer<String> progress) throws InterruptedException {
            Path place = folder.resolve(order.name());
            var _ = vault.orElseThrow().point(order.point());
            String text = order.toString();
            if (Files.exists(place.resolve("order"))
                    && !read(place.resolve("order")).equals(text)) {
                throw new LifeboatException(ErrorCode.RECOVERY_NAME_TAKEN, "It was ordered differently.");
            }
            write(place.resolve("order"), text);
            Path starts = place.resolve("starts");
            write(starts, (Files.exists(starts) ? read(starts) : "") + "start\n");
            for (Wanted wanted : order.machines()) {
                write(place.resolve(wanted.machine()), "runs");
                progress.accept("%s runs; waiting".formatted(wanted.machine()));
            }
            while (Files.exists(folder.resolve(HOLD))) {
                time.pause(Duration.ofMillis(10));
            }
            delete(place.resolve("unserved"));
            progress.accept("all is ready");
            return report(order.name());
        }

        @Override
        public List<RecoveryReport> observe() {
            return names().map(this::report).toList();
        }

        @Override
        public List<String> resumePaused() {
            List<String> resumed = new ArrayList<>();
            names().filter(name -> Files.exists(folder.resolve(name).resolve("paused")))
                    .forEach(name -> {
                        delete(folder.resolve(name).resolve("paused"));
                        resumed.add("web of " + name);
                    });
            return resumed;
        }

        @Override
        public List<String> end(String name) {
            if (!Files.exists(folder.resolve(name))) {
                throw new LifeboatException(ErrorCode.RECOVERY_UNKNOWN, "There is nothing of %s.".formatted(name));
            }
            Folders.delete(folder.resolve(name));
            return List.of();
        }

        private RecoveryReport report(String name) {
            boolean served = !Files.exists(folder.resolve(name).resolve("unserved"));
            boolean runs = Files.exists(folder.resolve(name).resolve("web"));
            return new RecoveryReport(
                    name,
                    Optional.of(Purpose.UNPLANNED),
                    Optional.of("shop@1-1"),
                    false,
                    List.of(new RecoveredMachine(
                            "web",
                            Optional.empty(),
                            runs ? PowerState.RUNNING : PowerState.OFF,
                            served,
                            List.of("10.30.0.11/24"),
                            runs && served)),
                    List.of("tcp 0.0.0.0:80 to 10.30.0.11:80"),
                    served ? List.of() : List.of("The disks of web are not served."));
        }

        private Stream<String> names() {
            if (!Files.exists(folder)) {
                return Stream.empty();
            }
            try (Stream<Path> all = Files.list(folder)) {
                return all
                        .filter(Files::isDirectory)
                        .map(place -> place.getFileName().toString())
                        .sorted()
                        .toList()
                        .stream();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String content) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
