package dev.lifeboat.lab;

import dev.lifeboat.host.NetworkNamespace;
import dev.lifeboat.lab.shop.ShopAddress;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/**
 * A port of this computer, on loopback only, behind which the shop answers as it does in the world. Each connection
 * asks for the shop's address anew, so the port follows the shop wherever DNS moves it. A socket stays in the network
 * it was made in: it is made in the world and then used by threads of ours.
 */
public final class PortForward implements AutoCloseable {

    /** A browser opens half a dozen; more than this wait their turn. */
    private static final int CONNECTIONS = 64;

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);

    private final ServerSocketChannel listener;
    private final NetworkNamespace world;
    private final ShopAddress shop;
    private final Semaphore free = new Semaphore(CONNECTIONS);

    private PortForward(ServerSocketChannel listener, NetworkNamespace world, ShopAddress shop) {
        this.listener = listener;
        this.world = world;
        this.shop = shop;
    }

    /**
     * Opens the port.
     *
     * @param port 0 for any that is free
     * @throws LifeboatException with {@link ErrorCode#HOST_PORT_TAKEN}
     */
    public static PortForward open(int port, NetworkNamespace world, ShopAddress shop) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        try {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (BindException e) {
            listener.close();
            throw new LifeboatException(
                    ErrorCode.HOST_PORT_TAKEN,
                    "Port %d of this computer cannot be opened: it is in use.".formatted(port),
                    e);
        }
        return new PortForward(listener, world, shop);
    }

    public int port() {
        return listener.socket().getLocalPort();
    }

    /**
     * Serves connections until the thread is interrupted.
     *
     * @throws InterruptedException then
     */
    public void serve() throws IOException, InterruptedException {
        while (true) {
            free.acquire();
            Socket browser = accept();
            Thread.ofVirtual().start(() -> {
                try (browser) {
                    connect(browser);
                } catch (IOException e) {
                    // The browser sees its connection end: the shop cannot be reached just now.
                } finally {
                    free.release();
                }
            });
        }
    }

    /** A channel's accept ends when its thread is interrupted; a plain socket's would not. */
    private Socket accept() throws IOException, InterruptedException {
        try {
            return listener.accept().socket();
        } catch (ClosedByInterruptException e) {
            throw new InterruptedException();
        }
    }

    private void connect(Socket browser) throws IOException {
        try (Socket server = inWorld()) {
            Thread up = Thread.ofVirtual().start(() -> pump(browser, server));
            pump(server, browser);
            up.interrupt();
        }
    }

    private Socket inWorld() throws IOException {
        try {
            return world.call(() -> {
                Socket socket = new Socket();
                socket.connect(shop.resolve(), Math.toIntExact(CONNECT_LIMIT.toMillis()));
                return socket;
            });
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private static void pump(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            // One side is gone; closing both tells the other.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
