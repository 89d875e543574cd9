package dev.lifeboat.lab.shop;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Message;
import org.xbill.DNS.io.IoClientFactory;
import org.xbill.DNS.io.TcpIoClient;
import org.xbill.DNS.io.UdpIoClient;

/**
 * Sends a DNS query and waits for its answer in the thread that asks. dnsjava's own client shares one selector thread
 * among all queries; here a thread may live in a network namespace, and nothing of its query may leave it.
 */
final class CallingThreadIo implements IoClientFactory, UdpIoClient {

    @Override
    public UdpIoClient createOrGetUdpClient() {
        return this;
    }

    @Override
    public TcpIoClient createOrGetTcpClient() {
        throw new UnsupportedOperationException("queries go by UDP only");
    }

    @Override
    public CompletableFuture<byte[]> sendAndReceiveUdp(
            @Nullable InetSocketAddress local,
            InetSocketAddress remote,
            Message query,
            byte[] data,
            int max,
            Duration timeout) {
        try (DatagramSocket socket = new DatagramSocket(local)) {
            // Connected: answers from anywhere else are dropped by the kernel.
            socket.connect(remote);
            socket.setSoTimeout(Math.toIntExact(timeout.toMillis()));
            socket.send(new DatagramPacket(data, data.length));
            DatagramPacket answer = new DatagramPacket(new byte[max], max);
            socket.receive(answer);
            return CompletableFuture.completedFuture(Arrays.copyOf(answer.getData(), answer.getLength()));
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
