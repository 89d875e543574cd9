package dev.lifeboat.host;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.util.Locale;
import java.util.Set;

/** Whether KVM runs guests. Where it does not, TCG serves, and that is a note: everything works, slower. */
final class AccelerationCheck implements HostCheck {

    private final AccelerationProbe probe;

    AccelerationCheck(AccelerationProbe probe) {
        this.probe = probe;
    }

    @Override
    public String name() {
        return "acceleration";
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.LAB);
    }

    @Override
    public HostFinding look() throws InterruptedException {
        try {
            Acceleration acceleration = probe.probe();
            String found = "%s (probed in %s s)"
                    .formatted(
                            acceleration.kvm(),
                            String.format(
                                    Locale.ROOT, "%.1f", acceleration.took().toMillis() / 1000.0));
            return switch (acceleration.accelerator()) {
                case KVM -> HostFinding.ok(name(), found);
                case TCG ->
                    HostFinding.note(
                            name(),
                            found,
                            "None needed: guests run under TCG, slower. See the firmware for VT-x/AMD-V.");
            };
        } catch (LifeboatException e) {
            return e.code() == ErrorCode.HOST_PROGRAM_MISSING
                    ? HostFinding.note(name(), "not probed: no QEMU", "Install QEMU first.")
                    : HostFinding.missing(
                            name(),
                            "QEMU boots no guest: " + e.getMessage(),
                            "Reinstall QEMU and its BIOS (packages qemu-system-x86, seabios).");
        }
    }
}
