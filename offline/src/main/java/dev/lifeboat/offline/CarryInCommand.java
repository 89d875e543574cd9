package dev.lifeboat.offline;

import dev.lifeboat.cli.Listing;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.seed.CarryIn;
import dev.lifeboat.vault.seed.CarryInListener;
import dev.lifeboat.vault.seed.CarryInReport;
import dev.lifeboat.vault.seed.CarryInReport.Refused;
import dev.lifeboat.vault.seed.SeedFolder;
import dev.lifeboat.vault.store.BlobStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code lifeboat vault carry-in}. */
@Command(
        name = "carry-in",
        description = {
            "Bring a first copy that was carried here on a disk into the vault; the agent goes on from there by itself.",
            "It may be broken off and run again at any time. Nothing is removed from the disk, and no key is needed:"
                    + " with --credentials what can be opened of each object is opened too, with --passphrase-file or"
                    + " --kit every block."
        })
final class CarryInCommand extends VaultOperation {

    private final OfflineContext context;

    @Mixin
    private ReadAccess access = new ReadAccess();

    @Parameters(index = "0", paramLabel = "FOLDER", description = "The folder on the disk, with seed.json in it.")
    private Path folder = Path.of("");

    @Mixin
    private Listing listing = new Listing();

    CarryInCommand(OfflineContext context) {
        this.context = context;
    }

    /** What became of it. */
    record Result(
            String folder,
            long sessions,
            long packs,
            long bytes,
            long carriedPacks,
            long carriedBytes,
            String opened,
            List<Refused> refused,
            long refusedCount) {}

    @Override
    int run() {
        SeedFolder seed = SeedFolder.open(folder, context.time(), context.random());
        BlobStore store = access.store(context);
        Optional<Vault> keys = access.given() ? Optional.of(access.open(context)) : Optional.empty();
        CarryInReport report = new CarryIn(seed, store, keys, access.opensBlocks(), new Lines()).run();
        Result result = new Result(
                folder.toAbsolutePath().toString(),
                report.sessions(),
                report.packs(),
                report.bytes(),
                report.carriedPacks(),
                report.carriedBytes(),
                opened(),
                report.refused(),
                report.refusedCount());
        listing.print(output(), text(result), result);
        if (report.refusedCount() > 0) {
            throw new LifeboatException(
                    ErrorCode.VAULT_SEED_REFUSED,
                    "%d objects of %s were not taken.".formatted(report.refusedCount(), folder));
        }
        return 0;
    }

    private String opened() {
        if (!access.given()) {
            return "checksums";
        }
        return access.opensBlocks() ? "every block" : "sessions and trees";
    }

    private static String text(Result result) {
        StringBuilder text = new StringBuilder();
        result.refused().forEach(one -> text.append("Not taken: %s: %s%n".formatted(one.object(), one.problem())));
        if (result.refusedCount() > result.refused().size()) {
            text.append("And %d more.%n"
                    .formatted(result.refusedCount() - result.refused().size()));
        }
        text.append(
                "%d of %d packs, %s of %s, were carried in; %d were there before or were not taken. Looked at: %s.%n"
                        .formatted(
                                result.carriedPacks(),
                                result.packs(),
                                new ByteCount(result.carriedBytes()).text(),
                                new ByteCount(result.bytes()).text(),
                                result.packs() - result.carriedPacks(),
                                result.opened()));
        if (result.refusedCount() == 0) {
            text.append("The agent goes on by itself. Keep the disk until `lifeboat vault points` shows a point.%n"
                    .formatted());
        }
        return text.toString();
    }

    /** A line for each twentieth of the way, with what a person waits for: how fast, and how long still. */
    private final class Lines implements CarryInListener {

        private static final int STEPS = 20;

        private final Duration begun = context.time().elapsed();
        private long step;

        @Override
        public void packs(long bytes, long of) {
            long now = of == 0 ? STEPS : Math.floorDiv(bytes, Math.max(1, of / STEPS));
            if (now == step) {
                return;
            }
            step = now;
            long millis = Math.max(1, context.time().elapsed().minus(begun).toMillis());
            long perSecond = bytes * 1000 / millis;
            Duration left = Duration.ofSeconds(perSecond == 0 ? 0 : (of - bytes) / perSecond);
            errors().printf(
                            "%s of %s, %s/s, %d:%02d:%02d left%n",
                            new ByteCount(bytes).text(),
                            new ByteCount(of).text(),
                            new ByteCount(perSecond).text(),
                            left.toHours(),
                            left.toMinutesPart(),
                            left.toSecondsPart());
            errors().flush();
        }
    }
}
