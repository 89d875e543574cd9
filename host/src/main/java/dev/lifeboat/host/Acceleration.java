package dev.lifeboat.host;

import java.time.Duration;

/**
 * What the {@link AccelerationProbe} learned.
 *
 * @param accelerator what guests have to be run with
 * @param kvm what became of the guest under KVM, in a few words
 * @param took how long the probe took
 */
public record Acceleration(Accelerator accelerator, String kvm, Duration took) {}
