package dev.lifeboat.hypervisor.libvirt.adaptation;

import dev.lifeboat.hypervisor.HypervisorException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The emulator, how it is accelerated, and the machine type. */
final class Platform {

    private static final Set<String> TYPES = Set.of("kvm", "qemu");
    private static final Pattern NUMBER = Pattern.compile("\\d+");

    private Platform() {}

    /** What the emulator offers to the machine type that was settled on. */
    static DomainOffer adapt(Adapting adapting) throws HypervisorException {
        EditableXml domain = adapting.domain();
        String type = domain.get("type");
        if (!TYPES.contains(type)) {
            throw Adapting.refused("The machine is one of the hypervisor '%s', which QEMU cannot run.".formatted(type));
        }
        EditableXml os = domain.need("os").need("type");
        String architecture = os.get("arch").isEmpty() ? "x86_64" : os.get("arch");
        DomainOffer offer = machineType(adapting, os, architecture);
        if (!offer.type().equals(type)) {
            domain.set("type", offer.type());
            adapting.tell(
                    offer.type().equals("kvm")
                            ? "The machine runs accelerated (KVM) here; it did not there."
                            : "This host has no hardware acceleration (KVM): the machine is emulated, and much slower.");
        }
        emulator(adapting, offer);
        if (processors(domain) > offer.mostProcessors()) {
            throw Adapting.refused("The machine has %d processors, and a machine of this kind has %d at most here."
                    .formatted(processors(domain), offer.mostProcessors()));
        }
        return offer;
    }

    private static DomainOffer machineType(Adapting adapting, EditableXml os, String architecture)
            throws HypervisorException {
        String machine = os.get("machine");
        Optional<String> exact = adapting.host()
                .domainCapabilities(architecture, machine.isEmpty() ? Optional.empty() : Optional.of(machine));
        if (exact.isPresent()) {
            return DomainOffer.of(exact.get());
        }
        if (adapting.host().domainCapabilities(architecture, Optional.empty()).isEmpty()) {
            throw Adapting.refused(
                    "This host has no emulator for machines with the architecture %s.".formatted(architecture));
        }
        String newest = newestOf(family(machine), machineTypes(adapting.host(), architecture))
                .orElseThrow(
                        () -> Adapting.refused(("This host has no machine type of the family of '%s': a guest would"
                                        + " not find its devices on another.")
                                .formatted(machine)));
        os.set("machine", newest);
        adapting.tell("The machine type '%s' is not known here; it is '%s' instead.", machine, newest);
        return DomainOffer.of(adapting.host()
                .domainCapabilities(architecture, Optional.of(newest))
                .orElseThrow(() -> Adapting.refused("The machine type '%s' cannot be used here.".formatted(newest))));
    }

    /**
     * What is before the version, as {@code pc-q35} or {@code virt}. Distributions have versions of their own, such as
     * {@code pc-q35-rhel9.2.0} and {@code pc-i440fx-jammy}.
     */
    static String family(String machine) {
        for (String known : List.of("pc-q35", "pc-i440fx")) {
            if (machine.equals(known) || machine.startsWith(known + "-")) {
                return known;
            }
        }
        if (machine.equals("q35")) {
            return "pc-q35";
        }
        if (machine.equals("pc") || machine.startsWith("pc-")) {
            return "pc-i440fx";
        }
        return machine.replaceFirst("-(rhel)?\\d.*$", "");
    }

    /** The newest by its version, one that QEMU itself has before one that a distribution has made. */
    static Optional<String> newestOf(String family, List<String> types) {
        return types.stream()
                .filter(type -> type.equals(family) || type.startsWith(family + "-"))
                .max(Comparator.<String, Boolean>comparing(
                                type -> type.substring(family.length()).matches("-\\d[\\d.]*"))
                        .thenComparing(Platform::version, Platform::compareVersions));
    }

    private static List<Integer> version(String type) {
        return NUMBER.matcher(type.replaceFirst("^pc-(q35|i440fx)", ""))
                .results()
                .map(MatchResult::group)
                .map(Integer::valueOf)
                .toList();
    }

    private static int compareVersions(List<Integer> one, List<Integer> other) {
        for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
            int order = one.get(i).compareTo(other.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(one.size(), other.size());
    }

    private static List<String> machineTypes(HostOffer host, String architecture) throws HypervisorException {
        List<String> types = new ArrayList<>();
        for (EditableXml guest : EditableXml.parse(host.capabilities()).children("guest")) {
            for (EditableXml arch : guest.children("arch")) {
                if (arch.get("name").equals(architecture)) {
                    arch.children("machine").forEach(machine -> types.add(machine.text()));
                }
            }
        }
        return List.copyOf(types);
    }

    private static void emulator(Adapting adapting, DomainOffer offer) {
        Optional<EditableXml> emulator = adapting.devices().child("emulator");
        String before = emulator.map(EditableXml::text).orElse("");
        if (before.equals(offer.emulator())) {
            return;
        }
        emulator.orElseGet(() -> adapting.devices().addFirst("emulator")).setText(offer.emulator());
        if (!before.isEmpty()) {
            adapting.tell("The emulator is %s here; it was %s.", offer.emulator(), before);
        }
    }

    static int processors(EditableXml domain) {
        String count = domain.text("vcpu");
        return count.isEmpty() ? 1 : Integer.parseInt(count);
    }

    static long memoryBytes(EditableXml domain) {
        return domain.child("memory")
                .map(memory -> bytes(memory.text(), memory.get("unit")))
                .orElse(0L);
    }

    /** libvirt's units (formatdomain.html, "Memory Allocation"); without one it is KiB. */
    private static long bytes(String number, String unit) {
        BigDecimal factor = switch (unit.toLowerCase(Locale.ROOT)) {
            case "b", "bytes" -> BigDecimal.ONE;
            case "kb" -> BigDecimal.valueOf(1000);
            case "mb" -> BigDecimal.valueOf(1_000_000);
            case "gb" -> BigDecimal.valueOf(1_000_000_000);
            case "m", "mib" -> BigDecimal.valueOf(1L << 20);
            case "g", "gib" -> BigDecimal.valueOf(1L << 30);
            case "t", "tib" -> BigDecimal.valueOf(1L << 40);
            default -> BigDecimal.valueOf(1L << 10);
        };
        return new BigDecimal(number).multiply(factor).longValue();
    }
}
