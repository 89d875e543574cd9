package dev.lifeboat.agent.configuration;

import dev.lifeboat.model.ByteCount;
import java.time.LocalTime;

/**
 * A limit of what goes to the store, for a part of each day.
 *
 * @param perSecond bytes
 * @param from when it begins, by the host's clock
 * @param to when it ends; the next day when it is not after the beginning, so that two equal times mean all day
 */
public record BandwidthLimit(ByteCount perSecond, LocalTime from, LocalTime to) {}
