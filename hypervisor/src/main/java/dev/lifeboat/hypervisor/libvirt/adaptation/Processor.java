package dev.lifeboat.hypervisor.libvirt.adaptation;

import dev.lifeboat.hypervisor.HypervisorException;
import java.util.Optional;
import java.util.Set;

/** The processor that the guest sees. What is not about its model, such as its topology, is kept. */
final class Processor {

    private static final String[] OF_THE_MODEL = {"model", "vendor", "feature", "maxphysaddr"};

    private Processor() {}

    static void adapt(Adapting adapting, DomainOffer offer) throws HypervisorException {
        Optional<EditableXml> cpu = adapting.domain().child("cpu");
        if (cpu.isEmpty() || isUsable(adapting, offer, cpu.get())) {
            return;
        }
        String before = words(cpu.get());
        cpu.get().drop(OF_THE_MODEL);
        cpu.get().keepAttributes(Set.of());
        adapting.tell(
                "This host cannot give the guest the processor that it had (%s); it has %s instead.",
                before, replace(offer, cpu.get()));
    }

    private static boolean isUsable(Adapting adapting, DomainOffer offer, EditableXml cpu) throws HypervisorException {
        String mode = cpu.get("mode").isEmpty() ? "custom" : cpu.get("mode");
        if (!mode.equals("custom")) {
            return offer.hasProcessorMode(mode);
        }
        if (!cpu.has("model")) {
            return true;
        }
        EditableXml os = adapting.domain().need("os").need("type");
        return adapting.host()
                .canHaveProcessor(
                        os.get("arch"), os.get("machine"), adapting.domain().get("type"), cpu.write());
    }

    private static String words(EditableXml cpu) {
        return cpu.has("model") ? cpu.text("model") : cpu.get("mode");
    }

    /** The best that there is: what the host itself has, as far as the emulator can show it. */
    private static String replace(DomainOffer offer, EditableXml cpu) {
        for (String mode : new String[] {"host-model", "maximum"}) {
            if (offer.hasProcessorMode(mode)) {
                cpu.set("mode", mode);
                return mode.equals("host-model") ? "this host's own model" : "all that the emulator can show";
            }
        }
        Optional<String> model = offer.usableProcessors().stream().findFirst();
        if (model.isPresent()) {
            cpu.set("mode", "custom").set("match", "exact");
            cpu.addFirst("model").set("fallback", "allow").setText(model.get());
            return model.get();
        }
        return "the emulator's usual one";
    }
}
