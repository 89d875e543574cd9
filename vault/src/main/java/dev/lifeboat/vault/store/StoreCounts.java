package dev.lifeboat.vault.store;

import java.util.EnumMap;
import java.util.Map;

/**
 * What went on between a caller and a store.
 *
 * @param calls how often each operation was asked for, failed ones too; every operation is in it
 * @param failed how many of them ended in an exception
 * @param listed how many objects listings have shown
 * @param bytesSent the bytes of all puts that were answered
 * @param bytesReceived the bytes of all reads that were answered
 */
public record StoreCounts(
        Map<StoreOperation, Long> calls, long failed, long listed, long bytesSent, long bytesReceived) {

    public StoreCounts {
        calls = Map.copyOf(calls);
    }

    /** How often an operation was asked for. */
    public long calls(StoreOperation operation) {
        return calls.getOrDefault(operation, 0L);
    }

    /** What went on since an earlier snapshot of the same store. */
    public StoreCounts since(StoreCounts earlier) {
        Map<StoreOperation, Long> difference = new EnumMap<>(StoreOperation.class);
        for (StoreOperation operation : StoreOperation.values()) {
            difference.put(operation, calls(operation) - earlier.calls(operation));
        }
        return new StoreCounts(
                difference,
                failed - earlier.failed,
                listed - earlier.listed,
                bytesSent - earlier.bytesSent,
                bytesReceived - earlier.bytesReceived);
    }
}
