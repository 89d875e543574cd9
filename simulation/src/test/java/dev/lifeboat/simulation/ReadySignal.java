package dev.lifeboat.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A signal that is sent without delay: its shell has been started already and waits. May be sent by any thread, and is
 * sent once.
 */
final class ReadySignal implements AutoCloseable {

    private final Process shell;
    private boolean sent;

    ReadySignal(String signal, ProcessHandle process) throws IOException {
        shell = new ProcessBuilder(
                        "sh", "-c", "read -r go && kill -\"$0\" \"$1\"", signal, Long.toString(process.pid()))
                .start();
    }

    synchronized void send() {
        if (!sent) {
            sent = true;
            try {
                shell.getOutputStream().write('\n');
                shell.getOutputStream().flush();
                int _ = shell.waitFor();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    synchronized boolean isSent() {
        return sent;
    }

    @Override
    public void close() {
        shell.destroyForcibly();
    }
}
