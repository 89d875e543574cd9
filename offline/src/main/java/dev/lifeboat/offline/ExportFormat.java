package dev.lifeboat.offline;

/** What images are written. */
enum ExportFormat {
    /** The disk byte for byte, sparse. */
    raw,
    /** QEMU's own format. */
    qcow2
}
