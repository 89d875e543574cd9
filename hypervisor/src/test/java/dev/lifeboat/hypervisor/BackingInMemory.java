package dev.lifeboat.hypervisor;

import java.io.IOException;
import java.nio.ByteBuffer;

/** What an image in memory lies over, such as an export. */
public interface BackingInMemory {

    /** How it is told as part of a disk. */
    String name();

    /** In bytes. */
    int size();

    /** Fills the buffer. */
    void read(int offset, ByteBuffer into) throws IOException;
}
