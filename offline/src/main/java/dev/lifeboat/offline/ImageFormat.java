package dev.lifeboat.offline;

/** What images are read and written. */
enum ImageFormat {
    /** The disk byte for byte, sparse. */
    raw,
    /** QEMU's own format. */
    qcow2
}
