package dev.lifeboat.replication;

/** Hears what happens to groups, for a log. Called by several threads; must return soon. */
public interface ReplicationListener {

    /** A cycle of a group ended in a point. */
    void published(String group, long cycle, GroupReport.Cycle point);

    /** Something that is worth a line: a resync with its reason, a warning, a cycle that failed and why. */
    void noted(String group, long cycle, String what);

    /** Hears nothing. */
    static ReplicationListener none() {
        return new ReplicationListener() {
            @Override
            public void published(String group, long cycle, GroupReport.Cycle point) {}

            @Override
            public void noted(String group, long cycle, String what) {}
        };
    }
}
