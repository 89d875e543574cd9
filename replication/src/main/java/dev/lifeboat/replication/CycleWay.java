package dev.lifeboat.replication;

/** A way that what is read of a group takes: over the link, or into a folder that is carried. */
record CycleWay(CycleParts parts, GroupVault vault) {}
