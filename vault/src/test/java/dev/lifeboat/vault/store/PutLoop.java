package dev.lifeboat.vault.store;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** A process that puts objects, each with a content that follows from its name, and says so, until it is killed. */
final class PutLoop {

    /** It ends by itself when its test forgets it. */
    private static final int MOST_OBJECTS = 20_000;

    private static final int LONGEST_BYTES = 200_000;

    private PutLoop() {}

    public static void main(String[] arguments) throws InterruptedException {
        Path root = Path.of(arguments[0]);
        long seed = Long.parseLong(arguments[1]);
        FolderStore store = FolderStore.open(root, new SteppedTime(), new SplittableRandom(seed));
        Thread other = new Thread(() -> puts(store, seed * 2));
        other.start();
        puts(store, seed * 2 + 1);
        other.join();
    }

    private static void puts(FolderStore store, long seed) {
        for (int i = 0; i < MOST_OBJECTS; i++) {
            ObjectName name = ObjectName.of("k/%d/%d/%d".formatted(seed, i % 5, i));
            byte[] content = contentOf(name);
            int cut = content.length / 3;
            store.putIfAbsent(
                    name, ByteBuffer.wrap(content, 0, cut), ByteBuffer.wrap(content, cut, content.length - cut));
            System.out.println(name);
            if (System.out.checkError()) {
                return;
            }
        }
    }

    static byte[] contentOf(ObjectName name) {
        SplittableRandom random = new SplittableRandom(name.text().hashCode());
        byte[] content = new byte[random.nextInt(LONGEST_BYTES)];
        random.nextBytes(content);
        return content;
    }
}
