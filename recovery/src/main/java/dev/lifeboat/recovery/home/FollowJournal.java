package dev.lifeboat.recovery.home;

import dev.lifeboat.recovery.image.ImageFormat;
import dev.lifeboat.vault.key.StrictJson;
import dev.lifeboat.vault.local.StateFile;
import dev.lifeboat.vault.point.PointHead;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a disk's overlay is, or is being made of: without it everything would have to be compared again, and nobody
 * could tell whether a machine has written to the overlay. {@code docs/formats/follow.md} has the layout. For one
 * thread at a time.
 */
final class FollowJournal {

    /** A journal of a kilobyte or two. */
    private static final int MOST_BYTES = 1 << 16;

    private final StateFile file;

    FollowJournal(Path file) {
        this.file = new StateFile(file, "lifeboat-follow", MOST_BYTES, true);
    }

    /**
     * The old disk, under the overlay.
     *
     * @param file where it is
     * @param format of it
     * @param look what it looked like, see {@link FileLook}
     */
    record Beneath(String file, ImageFormat format, String look) {}

    /**
     * What is known.
     *
     * @param vault the vault's id in hexadecimal
     * @param disk its name in points
     * @param beneath empty where there was no old disk
     * @param size of the disk in the point that the overlay is or is brought to, in bytes
     * @param at the point that the overlay is; while it is moving, the one that all blocks are of that did not have to
     *     change; empty where that is not known
     * @param toward the points to which it was brought since, without coming there; while it is moving only. When it is
     *     moving toward none, and it is not known what it was, nothing was written to it yet
     * @param overlay what the overlay looked like when it had come there, see {@link FileLook}; empty while it is
     *     moving; from the commit on, whether somebody had written to it since
     */
    record Entry(
            FollowState state,
            String vault,
            String disk,
            Optional<Beneath> beneath,
            long size,
            Optional<PointHead> at,
            List<PointHead> toward,
            String overlay) {

        /** More broken-off attempts than this, each to another point, are not kept apart. */
        static final int MOST_TOWARD = 8;

        Entry {
            toward = List.copyOf(toward);
        }

        Entry in(FollowState next) {
            return in(next, overlay);
        }

        Entry in(FollowState next, String overlayLook) {
            return new Entry(next, vault, disk, beneath, size, at, toward, overlayLook);
        }
    }

    /** Whether there is a journal, readable or not. */
    boolean exists() {
        return Files.exists(file.file());
    }

    /** What it says; empty when there is none or it is damaged. */
    Optional<Entry> read() {
        return file.read(FollowJournal::entry);
    }

    void write(Entry entry) {
        ObjectNode json = file.begin();
        json.put("state", entry.state().code())
                .put("vault", entry.vault())
                .put("disk", entry.disk())
                .put("size", entry.size());
        entry.beneath()
                .ifPresent(old -> json.putObject("beneath")
                        .put("file", old.file())
                        .put("format", old.format().name())
                        .put("look", old.look()));
        entry.at().ifPresent(at -> json.put("at", at.toString()));
        ArrayNode toward = json.putArray("toward");
        entry.toward().forEach(point -> toward.add(point.toString()));
        json.put("overlay", entry.overlay());
        file.write(json);
    }

    private static Entry entry(StrictJson json) {
        return new Entry(
                FollowState.ofCode(json.text("state")),
                json.text("vault"),
                json.text("disk"),
                json.content().has("beneath") ? Optional.of(beneath(json.object("beneath"))) : Optional.empty(),
                json.number("size", 0, Long.MAX_VALUE),
                json.content().has("at") ? Optional.of(PointHead.parse(json.text("at"))) : Optional.empty(),
                json.texts("toward", Entry.MOST_TOWARD).stream()
                        .map(PointHead::parse)
                        .toList(),
                json.text("overlay"));
    }

    private static Beneath beneath(StrictJson json) {
        return new Beneath(json.text("file"), ImageFormat.valueOf(json.text("format")), json.text("look"));
    }
}
