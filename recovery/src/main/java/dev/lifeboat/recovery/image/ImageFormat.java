package dev.lifeboat.recovery.image;

/** What images are read and written. */
public enum ImageFormat {
    /** The disk byte for byte, sparse. */
    raw,
    /** QEMU's own format. */
    qcow2
}
