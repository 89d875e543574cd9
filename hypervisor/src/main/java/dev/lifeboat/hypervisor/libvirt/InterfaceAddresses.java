package dev.lifeboat.hypervisor.libvirt;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What libvirt knows of a guest's addresses.
 *
 * <pre>
 * struct virDomainInterface { char *name; char *hwaddr; unsigned count; virDomainIPAddress *addresses; }
 * struct virDomainIPAddress { int type; char *address; unsigned prefix; }
 * </pre>
 */
@SuppressWarnings("restricted") // reads what libvirt has made
final class InterfaceAddresses {

    private static final int INTERFACE_BYTES = 32;
    private static final int ADDRESS_BYTES = 24;

    private InterfaceAddresses() {}

    /** Adds the addresses of one interface, by its hardware address. */
    static void read(MemorySegment pointer, Map<String, List<String>> addresses) {
        MemorySegment networkInterface = pointer.reinterpret(INTERFACE_BYTES);
        String mac = LibvirtLibrary.textAt(networkInterface.get(ValueLayout.ADDRESS, 8))
                .toLowerCase(Locale.ROOT);
        int count = networkInterface.get(ValueLayout.JAVA_INT, 16);
        MemorySegment array = networkInterface.get(ValueLayout.ADDRESS, 24).reinterpret((long) count * ADDRESS_BYTES);
        List<String> ofInterface = addresses.computeIfAbsent(mac, key -> new ArrayList<>());
        for (int i = 0; i < count; i++) {
            MemorySegment address = array.asSlice((long) i * ADDRESS_BYTES, ADDRESS_BYTES);
            String text = "%s/%d"
                    .formatted(
                            LibvirtLibrary.textAt(address.get(ValueLayout.ADDRESS, 8)),
                            address.get(ValueLayout.JAVA_INT, 16));
            if (!ofInterface.contains(text)) {
                ofInterface.add(text);
            }
        }
    }
}
