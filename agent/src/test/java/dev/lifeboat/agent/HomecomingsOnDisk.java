package dev.lifeboat.agent;

import dev.lifeboat.host.SystemRandomness;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.recovery.PointAccess;
import dev.lifeboat.recovery.home.FollowReport;
import dev.lifeboat.recovery.home.HomeDisk;
import dev.lifeboat.recovery.home.HomeOrder;
import dev.lifeboat.recovery.home.HomeReport;
import dev.lifeboat.recovery.home.HomeStage;
import dev.lifeboat.recovery.home.Homecomings;
import dev.lifeboat.recovery.image.ImageFormat;
import dev.lifeboat.vault.SessionKeys;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.store.BlobStores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Ways home that bring nothing but leave files beside the folder of recoveries, so that several processes see them:
 *
 * <pre>
 * GROUP.deeds      a line for each thing that was done: deed, point and whether salvage was wanted
 * hold             made by a test: nothing comes to its end while it is there
 * </pre>
 *
 * A group is held back when it was followed and not brought home. The point is looked for in the vault with the keys
 * that were brought.
 */
record HomecomingsOnDisk(Path recoveries, Timekeeper time) implements Homecomings {

    @Override
    public HomeReport carryOut(HomeOrder order, PointAccess access, Consumer<String> progress)
            throws InterruptedException {
        Vault vault = Vault.open(
                BlobStores.open(access.vault(), time, SystemRandomness.secure()),
                access.keys().anchor(),
                SessionKeys.of(access.keys()));
        var point = vault.point(order.point());
        if (Files.exists(in("refuse"))) {
            throw new LifeboatException(ErrorCode.RECOVERY_HOME_REFUSED, "Machine web is not off here.");
        }
        progress.accept("following");
        while (Files.exists(in("hold"))) {
            time.pause(Duration.ofMillis(10));
        }
        String line = "%s %s %s %s%n"
                .formatted(
                        order.deed().code(),
                        order.point(),
                        order.known().map(Object::toString).orElse("-"),
                        order.salvage());
        write(in(order.group() + ".deeds"), deeds(order.group()) + line);
        HomeDisk disk = HomeDisk.beside("web/vda", Path.of("/images/web.qcow2"), ImageFormat.qcow2);
        return new HomeReport(
                order.deed() == HomeOrder.Deed.FOLLOW ? HomeStage.FOLLOWING : HomeStage.HOME,
                point.id(),
                List.of(),
                List.of(new HomeReport.Brought(
                        disk,
                        new FollowReport(
                                point.id(),
                                FollowReport.Way.FINGERPRINTS,
                                "nobody knows",
                                1 << 17,
                                2,
                                2,
                                1,
                                0,
                                70_000))));
    }

    @Override
    public Optional<String> heldBack(String group, Collection<String> machines) {
        String deeds = deeds(group);
        return deeds.isEmpty() || deeds.contains("bring-home") ? Optional.empty() : Optional.of("it follows");
    }

    private Path in(String name) {
        return recoveries.resolveSibling(name);
    }

    private String deeds(String group) {
        try {
            Path file = in(group + ".deeds");
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String content) {
        try {
            Files.writeString(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        // Files stay.
    }
}
