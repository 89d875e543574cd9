package dev.lifeboat.host;

/** What runs a guest's instructions. */
public enum Accelerator {
    /** The processor itself. */
    KVM("kvm"),
    /** QEMU's translator: works everywhere, several times slower. */
    TCG("tcg");

    private final String word;

    Accelerator(String word) {
        this.word = word;
    }

    /** The name QEMU knows it by. */
    public String word() {
        return word;
    }
}
