package dev.lifeboat.nbd;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a server and a client have agreed on.
 *
 * @param contexts the metadata contexts of which a question for the block status is to be answered
 */
record Negotiated(NbdExport export, BlockSizes sizes, Headers headers, Set<String> contexts) {

    /** The number of {@code base:allocation}; those of an export's further contexts follow. */
    static final int ALLOCATION_ID = 1;

    Negotiated {
        contexts = Set.copyOf(contexts);
    }

    /** Transmission flags (proto.md, "Transmission flags"). */
    static final int HAS_FLAGS = 1;

    static final int READ_ONLY = 1 << 1;
    static final int SEND_FLUSH = 1 << 2;
    static final int SEND_FUA = 1 << 3;
    static final int SEND_TRIM = 1 << 5;
    static final int SEND_WRITE_ZEROES = 1 << 6;
    static final int SEND_DF = 1 << 7;
    static final int CAN_MULTI_CONN = 1 << 8;
    static final int SEND_CACHE = 1 << 10;
    static final int SEND_FAST_ZERO = 1 << 11;
    static final int BLOCK_STATUS_PAYLOAD = 1 << 12;

    int flags() {
        int flags = HAS_FLAGS | SEND_FLUSH | SEND_FUA | SEND_CACHE;
        flags |= export.writable() ? SEND_TRIM | SEND_WRITE_ZEROES | SEND_FAST_ZERO : READ_ONLY;
        flags |= export.multipleConnections() ? CAN_MULTI_CONN : 0;
        flags |= headers.chunks() ? SEND_DF : 0;
        flags |= headers == Headers.EXTENDED && onlyAllocation() ? BLOCK_STATUS_PAYLOAD : 0;
        return flags;
    }

    /** Whether there is no choice between contexts, which is all that questions for some of them can have here. */
    boolean onlyAllocation() {
        return contexts.equals(Set.of(Protocol.BASE_ALLOCATION));
    }

    /** The numbers of what was agreed on, the same as {@link #contextsOf} gives them. */
    List<Integer> ids() {
        List<String> all = List.copyOf(contextsOf(export));
        List<Integer> ids = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            if (contexts.contains(all.get(i))) {
                ids.add(ALLOCATION_ID + i);
            }
        }
        return ids;
    }

    /** The context with a number. */
    String context(int id) {
        return List.copyOf(contextsOf(export)).get(id - ALLOCATION_ID);
    }

    /** All contexts of an export, {@code base:allocation} first; each has its place plus one as its number. */
    static Set<String> contextsOf(NbdExport export) {
        Set<String> contexts = new LinkedHashSet<>();
        contexts.add(Protocol.BASE_ALLOCATION);
        List<String> further = export.furtherContexts();
        if (further.size() > NbdExport.MOST_FURTHER_CONTEXTS) {
            throw new IllegalStateException("An export has %d contexts".formatted(further.size()));
        }
        contexts.addAll(further);
        return contexts;
    }

    /** The sizes of an export, with a payload that the server takes. */
    static BlockSizes sizesOf(NbdExport export, ServerLimits limits) {
        BlockSizes sizes = export.blockSizes();
        long payload = Math.min(sizes.maximumPayload(), limits.requestBytes());
        return new BlockSizes(sizes.minimum(), sizes.preferred(), Math.max(payload, sizes.preferred()));
    }
}
