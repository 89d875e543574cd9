package dev.lifeboat.lab.scribe;

/**
 * What scribe says of itself.
 *
 * @param last the number of the newest record that is safe
 * @param settled the number up to which also the slots are as the records say
 * @param ring how many places the log has
 * @param slots how many slots are behind it
 * @param pace the bytes per second that it was told to write
 * @param scatter how many records of each batch it copies to slots
 * @param quiet whether it rests because the guest agent froze the guest
 * @param measuredMs for how long it has measured: since the pace was set, or since it started
 * @param writtenBytes what it wrote to the log meanwhile
 * @param fsyncs how long its writes took meanwhile until they were safe
 */
public record ScribeState(
        long last,
        long settled,
        long ring,
        long slots,
        long pace,
        int scatter,
        boolean quiet,
        long measuredMs,
        long writtenBytes,
        Fsyncs fsyncs) {

    /**
     * How long a batch took from its write to the end of its fsync, by the guest's own clock, in microseconds. The
     * percentiles are up to 1.6 % high.
     *
     * @param count how many batches were measured
     */
    public record Fsyncs(long count, long p50Us, long p99Us, long maxUs) {}

    /** What it reached while it measured; 0 when it has only begun. */
    public long bytesPerSecond() {
        return measuredMs == 0 ? 0 : writtenBytes * 1000 / measuredMs;
    }
}
