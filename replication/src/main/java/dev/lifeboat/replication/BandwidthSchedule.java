package dev.lifeboat.replication;

import dev.lifeboat.model.ByteCount;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/**
 * How much may pass in a second, by time of day: what is sent to the store, or what is read of guests' disks.
 *
 * @param zone whose time of day it is
 * @param otherwise when no window is open; empty for no limit
 * @param windows the first that is open counts
 */
public record BandwidthSchedule(ZoneId zone, Optional<ByteCount> otherwise, List<Window> windows) {

    /**
     * A part of the day.
     *
     * @param from the first moment
     * @param to the moment after the last; a window that ends before it begins goes over midnight, and one that ends
     *     when it begins is the whole day
     * @param perSecond at most, more than nothing; empty for no limit
     */
    public record Window(LocalTime from, LocalTime to, Optional<ByteCount> perSecond) {

        public Window {
            requireSome(perSecond);
        }

        boolean isOpen(LocalTime time) {
            if (from.isBefore(to)) {
                return !time.isBefore(from) && time.isBefore(to);
            }
            return !time.isBefore(from) || time.isBefore(to);
        }
    }

    public BandwidthSchedule {
        windows = List.copyOf(windows);
        requireSome(otherwise);
    }

    /** As much as goes. */
    public static BandwidthSchedule unlimited() {
        return new BandwidthSchedule(ZoneId.of("UTC"), Optional.empty(), List.of());
    }

    /** The limit at a moment; empty when there is none. */
    public Optional<ByteCount> at(Instant moment) {
        LocalTime time = moment.atZone(zone).toLocalTime();
        return windows.stream()
                .filter(window -> window.isOpen(time))
                .findFirst()
                .map(Window::perSecond)
                .orElse(otherwise);
    }

    private static void requireSome(Optional<ByteCount> perSecond) {
        if (perSecond.filter(limit -> limit.bytes() == 0).isPresent()) {
            throw new IllegalArgumentException("nothing would ever be sent");
        }
    }
}
