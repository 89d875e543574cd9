package dev.lifeboat.recovery.image;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.nbd.NbdAddress;
import dev.lifeboat.nbd.NbdClient;
import dev.lifeboat.nbd.NbdConnections;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * The address of an NBD export, {@code nbd+unix:///EXPORT?socket=PATH} or {@code nbd://HOST:PORT/EXPORT}, as the NBD
 * project's document on URIs has it.
 *
 * @param address of the server
 * @param export its name there
 */
record NbdUri(NbdAddress address, String export) {

    private static final String UNIX = "nbd+unix";
    private static final String TCP = "nbd";
    private static final String SOCKET = "socket=";
    private static final int STANDARD_PORT = 10809;
    private static final int CONNECTIONS = 4;

    /** The address in a text; empty when the text is none. */
    static Optional<NbdUri> of(String text) {
        if (!text.startsWith(UNIX + ":") && !text.startsWith(TCP + ":")) {
            return Optional.empty();
        }
        try {
            URI uri = URI.create(text);
            String path = uri.getPath();
            String export = path == null || path.isEmpty() ? "" : path.substring(1);
            return Optional.of(new NbdUri(uri.getScheme().equals(UNIX) ? unix(uri) : tcp(uri), export));
        } catch (IllegalArgumentException e) {
            throw new LifeboatException(
                    ErrorCode.CLI_WRONG_USAGE,
                    "\"%s\" is no address of an NBD export: %s".formatted(text, e.getMessage()));
        }
    }

    private static NbdAddress unix(URI uri) {
        String query = uri.getRawQuery();
        // Split first, decode then: the socket's name may have an ampersand in it.
        return Arrays.stream((query == null ? "" : query).split("&", -1))
                .filter(one -> one.startsWith(SOCKET))
                .findFirst()
                .map(one -> URI.create("?" + one).getQuery())
                .map(one -> NbdAddress.unix(Path.of(one.substring(SOCKET.length()))))
                .orElseThrow(() -> new IllegalArgumentException("it has no socket=PATH"));
    }

    private static NbdAddress tcp(URI uri) {
        String host = uri.getHost();
        if (host == null) {
            throw new IllegalArgumentException("it names no host");
        }
        return NbdAddress.tcp(host, uri.getPort() < 0 ? STANDARD_PORT : uri.getPort());
    }

    /**
     * Connects.
     *
     * @throws LifeboatException with {@link ErrorCode#VAULT_IMAGE_UNREADABLE}
     */
    NbdSource open() {
        try {
            NbdConnections disk = NbdClient.to(address)
                    .export(export)
                    .context("base:allocation")
                    .connect(CONNECTIONS);
            return new NbdSource(disk);
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.VAULT_IMAGE_UNREADABLE,
                    "%s does not serve \"%s\": %s".formatted(address, export, e.getMessage()),
                    e);
        }
    }
}
