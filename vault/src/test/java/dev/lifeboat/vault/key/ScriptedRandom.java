package dev.lifeboat.vault.key;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Randomness that is written down: each request for bytes gets the next of a list, which must have the right length.
 */
final class ScriptedRandom implements RandomGenerator {

    private final Deque<byte[]> script;

    ScriptedRandom(byte[]... script) {
        this.script = new ArrayDeque<>(List.of(script));
    }

    @Override
    public void nextBytes(byte[] bytes) {
        byte[] next = script.remove();
        if (next.length != bytes.length) {
            throw new IllegalStateException(bytes.length + " bytes were asked for, not " + next.length);
        }
        System.arraycopy(next, 0, bytes, 0, next.length);
    }

    @Override
    public long nextLong() {
        throw new IllegalStateException("only bytes are scripted");
    }
}
