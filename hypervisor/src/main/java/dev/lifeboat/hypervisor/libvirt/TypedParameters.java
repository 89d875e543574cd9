package dev.lifeboat.hypervisor.libvirt;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;

/**
 * libvirt's statistics of a machine.
 *
 * <pre>
 * struct virDomainStatsRecord { void *domain; virTypedParameter *parameters; int count; }
 * struct virTypedParameter    { char name[80]; int type; (4 bytes of padding) union of 8 bytes value; }
 * </pre>
 */
@SuppressWarnings("restricted") // reads what libvirt has made
final class TypedParameters {

    private static final int NAME_BYTES = 80;
    private static final int VALUE_OFFSET = 88;
    private static final int PARAMETER_BYTES = 96;
    private static final int RECORD_BYTES = 24;

    private TypedParameters() {}

    /** Numbers and texts of the first record of a list of pointers to such. */
    static Map<String, Object> ofFirstRecord(MemorySegment list) {
        MemorySegment entry = list.reinterpret(ValueLayout.ADDRESS.byteSize())
                .get(ValueLayout.ADDRESS, 0)
                .reinterpret(RECORD_BYTES);
        int count = entry.get(ValueLayout.JAVA_INT, 16);
        MemorySegment parameters = entry.get(ValueLayout.ADDRESS, 8).reinterpret((long) count * PARAMETER_BYTES);
        Map<String, Object> values = new HashMap<>();
        for (int i = 0; i < count; i++) {
            MemorySegment parameter = parameters.asSlice((long) i * PARAMETER_BYTES, PARAMETER_BYTES);
            String name = parameter.getString(0);
            switch (parameter.get(ValueLayout.JAVA_INT, NAME_BYTES)) {
                case 1, 2 -> values.put(name, (long) parameter.get(ValueLayout.JAVA_INT, VALUE_OFFSET));
                case 3, 4 -> values.put(name, parameter.get(ValueLayout.JAVA_LONG, VALUE_OFFSET));
                case 7 -> values.put(name, LibvirtLibrary.textAt(parameter.get(ValueLayout.ADDRESS, VALUE_OFFSET)));
                default -> {
                    // Fractions and truth values: none is asked for.
                }
            }
        }
        return Map.copyOf(values);
    }
}
