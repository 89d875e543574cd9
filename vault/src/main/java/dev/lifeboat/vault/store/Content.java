package dev.lifeboat.vault.store;

import java.nio.ByteBuffer;

/** The buffers of a put, looked at without moving their positions. */
final class Content {

    private Content() {}

    /** The length of all in bytes; more than an object may have is refused. */
    static int length(ObjectName name, ByteBuffer... content) {
        long length = 0;
        for (ByteBuffer part : content) {
            length += part.remaining();
        }
        if (length > BlobStore.MAX_OBJECT_BYTES) {
            throw new IllegalArgumentException(
                    name + " would have " + length + " bytes, more than " + BlobStore.MAX_OBJECT_BYTES);
        }
        return (int) length;
    }

    /** Views with positions of their own. */
    static ByteBuffer[] views(ByteBuffer... content) {
        ByteBuffer[] views = new ByteBuffer[content.length];
        for (int i = 0; i < content.length; i++) {
            views[i] = content[i].duplicate();
        }
        return views;
    }

    /** A copy of all in one array. */
    static byte[] copy(ObjectName name, ByteBuffer... content) {
        ByteBuffer all = ByteBuffer.allocate(length(name, content));
        for (ByteBuffer view : views(content)) {
            all.put(view);
        }
        return all.array();
    }

    static void requireOffset(long offset) {
        if (offset < 0) {
            throw new IllegalArgumentException("an offset of " + offset);
        }
    }
}
