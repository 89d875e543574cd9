package dev.lifeboat.offline;

import dev.lifeboat.vault.key.Passphrase;
import java.io.Console;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Asks the person at the terminal for a passphrase, which is not shown. */
final class PassphrasePrompt {

    private PassphrasePrompt() {}

    /** What was typed; empty when nobody is there, or nothing was typed. */
    static Optional<Passphrase> ask(String vault) {
        Optional<Console> console = Optional.ofNullable(System.console()).filter(Console::isTerminal);
        Optional<char[]> typed = console.map(one -> one.readPassword("Passphrase of %s: ", vault));
        return typed.filter(characters -> characters.length > 0).map(PassphrasePrompt::passphrase);
    }

    private static Passphrase passphrase(char[] typed) {
        ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(typed));
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(0, bytes);
        try {
            return Passphrase.of(bytes, "at the terminal");
        } finally {
            Arrays.fill(typed, '\0');
            Arrays.fill(bytes, (byte) 0);
            while (encoded.hasRemaining()) {
                encoded.put((byte) 0);
            }
        }
    }
}
