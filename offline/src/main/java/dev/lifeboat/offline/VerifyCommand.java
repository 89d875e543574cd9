package dev.lifeboat.offline;

import dev.lifeboat.cli.Listing;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.Slot;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.point.PointHead;
import dev.lifeboat.vault.point.PointId;
import dev.lifeboat.vault.verify.Finding;
import dev.lifeboat.vault.verify.Verifier;
import dev.lifeboat.vault.verify.VerifyListener;
import dev.lifeboat.vault.verify.VerifyReport;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lifeboat vault verify}. */
@Command(
        name = "verify",
        description = {
            "Look through a vault for what is damaged or missing; name every such object and the points that need it.",
            "Nothing is changed. With --read-data every block is read and opened too."
        })
final class VerifyCommand extends VaultOperation {

    private final OfflineContext context;

    @Mixin
    private ReadAccess access = new ReadAccess();

    @Option(names = "--read-data", description = "Open every block; needs --passphrase-file or --kit.")
    private boolean readData;

    @Option(
            names = "--expect-head",
            paramLabel = "HEAD",
            description = "A point that was published, as `import` printed it; may be given several times. If it is"
                    + " gone, somebody put an older state of the vault back.")
    private List<String> expected = List.of();

    @Option(names = "--group", paramLabel = "GROUP", description = "Only this group.")
    private @Nullable String group;

    @Mixin
    private Listing listing = new Listing();

    VerifyCommand(OfflineContext context) {
        this.context = context;
    }

    /** What is wrong with an object. */
    record Wrong(String object, String problem, List<String> points) {

        static Wrong of(Finding finding) {
            return new Wrong(finding.object(), finding.problem(), texts(finding.points()));
        }
    }

    /** What was found. */
    record Result(
            boolean sound,
            long points,
            long nodes,
            long blocks,
            long packs,
            long bytes,
            boolean dataRead,
            List<Wrong> findings,
            List<String> affectedPoints,
            List<String> missingHeads) {}

    @Override
    int run() throws InterruptedException {
        List<PointHead> heads = expected.stream().map(PointHead::parse).toList();
        Vault vault = readData ? access.openWithKey(context) : access.open(context);
        Verifier verifier = new Verifier(vault, access.opensBlocks(), readData, context.processors(), new Lines());
        VerifyReport report = verifier.verify(VaultGroups.of(vault, group));
        List<String> missing = heads.stream()
                .filter(head -> isMissing(head, vault, report))
                .map(PointHead::toString)
                .toList();
        Result result = result(report, missing);
        listing.print(output(), text(result), result);
        if (!missing.isEmpty()) {
            throw new LifeboatException(
                    ErrorCode.VAULT_ROLLED_BACK,
                    "%s does not hold %s any more.".formatted(vault.store().describe(), String.join(", ", missing)));
        }
        if (!report.sound()) {
            throw new LifeboatException(
                    ErrorCode.VAULT_DAMAGED,
                    "%s has %d damaged or missing objects; %d points are affected."
                            .formatted(
                                    vault.store().describe(),
                                    report.findings().size(),
                                    report.affected().size()));
        }
        return 0;
    }

    /** A place that is taken by something damaged is a finding; an older state has nothing there, or another point. */
    private static boolean isMissing(PointHead head, Vault vault, VerifyReport report) {
        String object = head.point().objectName();
        if (report.findings().stream().anyMatch(finding -> finding.object().equals(object))) {
            return false;
        }
        Slot found = vault.group(head.point().group()).alone(head.point()).orElse(null);
        return found == null || (found instanceof Point point && !head.matches(point.head()));
    }

    private static Result result(VerifyReport report, List<String> missing) {
        return new Result(
                report.sound() && missing.isEmpty(),
                report.points(),
                report.nodes(),
                report.blocks(),
                report.packs(),
                report.bytes(),
                report.dataRead(),
                report.findings().stream().map(Wrong::of).toList(),
                texts(report.affected()),
                missing);
    }

    private static List<String> texts(List<PointId> points) {
        return points.stream().map(PointId::toString).toList();
    }

    private static String text(Result result) {
        StringBuilder text = new StringBuilder();
        for (Wrong wrong : result.findings()) {
            text.append("%s: %s%n".formatted(wrong.object(), wrong.problem()));
            text.append(
                    wrong.points().isEmpty()
                            ? "  No point needs it.%n".formatted()
                            : "  Affected: %s%n".formatted(String.join(", ", wrong.points())));
        }
        if (!result.affectedPoints().isEmpty()) {
            text.append("Affected points: %s%n".formatted(String.join(", ", result.affectedPoints())));
        }
        result.missingHeads().forEach(head -> text.append("%s is not in the vault any more.%n".formatted(head)));
        text.append("%s%d points, %d nodes, %d blocks in %d packs of %s were looked at%s.%n"
                .formatted(
                        result.sound() ? "Sound: " : "",
                        result.points(),
                        result.nodes(),
                        result.blocks(),
                        result.packs(),
                        new ByteCount(result.bytes()).text(),
                        result.dataRead() ? ", and every block was opened" : "; blocks were not opened"));
        return text.toString();
    }

    /** A line for each tenth of the way: enough for a log, and for a person to see that it goes on. */
    private final class Lines implements VerifyListener {

        private static final int STEPS = 10;

        @Override
        public void trees(long points, long of) {
            step("Trees of points read", points, of);
        }

        @Override
        public void packs(long packs, long of) {
            step("Packs looked at", packs, of);
        }

        private void step(String what, long done, long of) {
            if (done == of || done * STEPS / of != (done - 1) * STEPS / of) {
                errors().printf("%s: %d of %d%n", what, done, of);
                errors().flush();
            }
        }
    }
}
