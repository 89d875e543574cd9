package dev.lifeboat.offline;

import dev.lifeboat.recovery.PointAccess;
import dev.lifeboat.recovery.VaultDisks.OpenVault;
import dev.lifeboat.recovery.home.HomeOrder;
import dev.lifeboat.recovery.home.HomeOrder.Deed;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.point.PointId;
import dev.lifeboat.vault.store.StoreException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say which group comes home, to which point of which vault. Mixed into commands. */
public final class HomeOptions {

    @Mixin
    private KeyAccess access = new KeyAccess();

    @Mixin
    private PointChoice choice = new PointChoice();

    @Option(
            names = "--known",
            paramLabel = "POINT",
            description =
                    "The point that the old disks are, if you know, as after a planned failover. It is checked: where"
                            + " it cannot be so, everything is compared, as without it.")
    private @Nullable String known;

    @Option(
            names = "--no-salvage",
            description = "Do not publish first what is on the old disks and in no point. It is lost when the machines"
                    + " have been brought home.")
    private boolean noSalvage;

    /** Options of a command. */
    public HomeOptions() {}

    /**
     * What was chosen.
     *
     * @param vault opened with the private key
     */
    public record Chosen(OpenVault vault, Point point, HomeOrder order) {

        /** The keys of the point alone, for the agent; to be closed. */
        public PointAccess access() {
            return new PointAccess(vault.url(), vault.sessions().forPoint(vault.vault(), point));
        }
    }

    /**
     * Opens the vault and finds the point.
     *
     * @throws dev.lifeboat.model.LifeboatException with what is wrong with the options, the key or the vault
     */
    public Chosen open(OfflineContext context, Deed deed) {
        try {
            OpenVault vault = access.openForRecovery(context);
            Point point = choice.in(vault.vault());
            Optional<PointId> said = Optional.ofNullable(known).map(PointId::parse);
            said.ifPresent(id -> {
                // One that is not there is told here, and not by a task.
                var _ = vault.vault().point(id);
            });
            return new Chosen(vault, point, new HomeOrder(deed, point.id(), said, !noSalvage));
        } catch (StoreException e) {
            throw e.toLifeboat();
        }
    }
}
