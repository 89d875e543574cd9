package dev.lifeboat.lab;

/** The hypervisor hosts of every lab: each has namespaces, a libvirtd and a virtlogd of its own. */
public enum LabHost {
    /** The one host of the primary site. */
    PRIMARY_1("primary-1", Place.PRIMARY, 2),
    /** The first host of the recovery site. */
    RECOVERY_1("recovery-1", Place.RECOVERY, 2),
    /** The second host of the recovery site. */
    RECOVERY_2("recovery-2", Place.RECOVERY, 3);

    private final String label;
    private final Place site;
    private final int number;

    LabHost(String label, Place site, int number) {
        this.label = label;
        this.site = site;
        this.number = number;
    }

    public Place site() {
        return site;
    }

    /** Its address in the site's network. */
    public String address() {
        return site.address(number);
    }

    @Override
    public String toString() {
        return label;
    }
}
