package dev.lifeboat.hypervisor;

/**
 * The account of this host that processes of machines run under, and that must be able to read and write their disks.
 *
 * @param user its number
 * @param group its number
 */
public record ProcessAccount(int user, int group) {

    /** Whether it may do anything. */
    public boolean isRoot() {
        return user == 0;
    }
}
