package dev.lifeboat.replication;

import java.nio.file.Path;

/**
 * What of a first copy was put into a folder that is carried to the vault, and where it is now.
 *
 * @param folder on the disk that is carried
 * @param packs that were put there
 * @param complete whether nothing was left to be looked at: what comes later is a difference
 * @param arrived whether all of them were seen in the vault
 */
record CarriedSeed(Path folder, SeedPacks packs, boolean complete, boolean arrived) {

    CarriedSeed arrived(boolean all) {
        return new CarriedSeed(folder, packs, complete, all);
    }
}
