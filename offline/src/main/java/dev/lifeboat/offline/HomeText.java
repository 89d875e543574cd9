package dev.lifeboat.offline;

import dev.lifeboat.cli.Table;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.recovery.home.HomeReport;
import java.util.List;

/** A group that comes home, as it is shown to people and programs. */
public final class HomeText {

    private HomeText() {}

    /** For programs, see {@link HomeReport}. */
    public record Home(String stage, String point, List<String> salvaged, List<Disk> disks) {

        public Home {
            salvaged = List.copyOf(salvaged);
            disks = List.copyOf(disks);
        }
    }

    /** A disk that was brought to the point; sizes in bytes, and blocks of 64 KiB. */
    public record Disk(
            String disk,
            String image,
            String way,
            String reason,
            long size,
            long looked,
            long read,
            long fetched,
            long zeroed,
            long moved) {}

    /** For programs. */
    public static Home json(HomeReport report) {
        return new Home(
                report.stage().code(),
                report.point().toString(),
                report.salvaged().stream().map(Object::toString).toList(),
                report.disks().stream()
                        .map(one -> new Disk(
                                one.disk().name(),
                                one.disk().image().toString(),
                                one.report().way().code(),
                                one.report().reason(),
                                one.report().size(),
                                one.report().looked(),
                                one.report().read(),
                                one.report().fetched(),
                                one.report().zeroed(),
                                one.report().moved()))
                        .toList());
    }

    /** For people. */
    public static String of(Home home) {
        StringBuilder text = new StringBuilder();
        home.salvaged()
                .forEach(point -> text.append("What was on old disks alone is in %s, pinned.%n".formatted(point)));
        text.append(
                home.stage().equals("home")
                        ? "The machines run here, on their own disks, from %s on.%n".formatted(home.point())
                        : "Overlays over the old disks are %s; the old disks are as they were.%n"
                                .formatted(home.point()));
        if (!home.disks().isEmpty()) {
            Table table = new Table("DISK", "WAY", "COMPARED", "FETCHED", "ZEROED", "MOVED", "WHY");
            home.disks()
                    .forEach(one -> table.row(
                            one.disk(),
                            one.way(),
                            Long.toString(one.looked()),
                            Long.toString(one.fetched()),
                            Long.toString(one.zeroed()),
                            new ByteCount(one.moved()).text(),
                            one.reason()));
            text.append(table.text());
        }
        return text.toString();
    }
}
