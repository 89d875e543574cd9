package dev.lifeboat.hypervisor.libvirt.adaptation;

import dev.lifeboat.hypervisor.HypervisorException;
import java.util.List;
import java.util.Optional;

/** What an emulator of a host offers, read from its domain capabilities. */
final class DomainOffer {

    private final EditableXml capabilities;

    private DomainOffer(EditableXml capabilities) {
        this.capabilities = capabilities;
    }

    static DomainOffer of(String capabilities) throws HypervisorException {
        return new DomainOffer(EditableXml.parse(capabilities));
    }

    String emulator() {
        return capabilities.text("path");
    }

    /** The domain type that it offers at its best. */
    String type() {
        return capabilities.text("domain");
    }

    /** The machine type, by its full name. */
    String machine() {
        return capabilities.text("machine");
    }

    int mostProcessors() {
        String most = capabilities.get("vcpu", "max");
        return most.isEmpty() ? Integer.MAX_VALUE : Integer.parseInt(most);
    }

    boolean hasProcessorMode(String mode) {
        return mode(mode).filter(found -> found.get("supported").equals("yes")).isPresent();
    }

    /** The models that can be had, as libvirt lists them: newer ones are nowhere in particular. */
    List<String> usableProcessors() {
        return mode("custom").stream()
                .flatMap(custom -> custom.children("model").stream())
                .filter(model -> model.get("usable").equals("yes"))
                .map(EditableXml::text)
                .toList();
    }

    private Optional<EditableXml> mode(String name) {
        return capabilities.child("cpu").stream()
                .flatMap(cpu -> cpu.children("mode").stream())
                .filter(mode -> mode.get("name").equals(name))
                .findFirst();
    }

    /** Whether a device's attribute may have this value; what libvirt does not tell about may. */
    boolean offers(String device, String attribute, String value) {
        Optional<EditableXml> found = capabilities.child("devices", device);
        if (found.isEmpty()) {
            return true;
        }
        if (found.get().get("supported").equals("no")) {
            return false;
        }
        List<EditableXml> values = found.get().children("enum").stream()
                .filter(one -> one.get("name").equals(attribute))
                .toList();
        return values.isEmpty()
                || values.stream()
                        .flatMap(one -> one.children("value").stream())
                        .anyMatch(one -> one.text().equals(value));
    }

    /** Whether a feature such as {@code sev} is there. */
    boolean hasFeature(String feature) {
        return capabilities
                .child("features", feature)
                .filter(found -> found.get("supported").equals("yes"))
                .isPresent();
    }
}
