package dev.lifeboat.lab.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** Against a DNS server that answers with what it is given, one query after the other. */
@Timeout(30)
class DnsShopAddressTest {

    private static final Name SHOP = Name.fromConstantString("shop.example.");
    private static final Name ALIAS = Name.fromConstantString("site-b.example.");

    @Test
    void theServerIsAskedEveryTime() throws IOException {
        try (LittleDns dns = new LittleDns(List.of(List.of(a(SHOP, 1)), List.of(a(SHOP, 2))))) {
            ShopAddress address = new DnsShopAddress(dns.address(), "shop.example", 80);

            assertThat(address.resolve()).isEqualTo(new InetSocketAddress("192.0.2.1", 80));
            assertThat(address.resolve()).isEqualTo(new InetSocketAddress("192.0.2.2", 80));
        }
    }

    @Test
    void anAliasIsFollowedWithinTheAnswer() throws IOException {
        Record alias = new CNAMERecord(SHOP, DClass.IN, 10, ALIAS);
        try (LittleDns dns = new LittleDns(List.of(List.of(alias, a(ALIAS, 7))))) {
            assertThat(new DnsShopAddress(dns.address(), "shop.example", 8080).resolve())
                    .isEqualTo(new InetSocketAddress("192.0.2.7", 8080));
        }
    }

    @Test
    void aNameThatIsNotThereIsAnErrorThatMayPass() throws IOException {
        try (LittleDns dns = new LittleDns(List.of())) {
            assertThatExceptionOfType(UnknownHostException.class)
                    .isThrownBy(() -> new DnsShopAddress(dns.address(), "shop.example", 80).resolve())
                    .withMessage("the DNS server answered NXDOMAIN for shop.example.");
        }
    }

    @Test
    void aServerThatIsAwayIsAnErrorThatMayPass() throws IOException {
        InetSocketAddress silent;
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            silent = (InetSocketAddress) socket.getLocalSocketAddress();
            assertThatIOException().isThrownBy(() -> new DnsShopAddress(silent, "shop.example", 80).resolve());
        }
    }

    private static Record a(Name name, int host) throws IOException {
        return new ARecord(name, DClass.IN, 10, InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, (byte) host}));
    }

    /** Gives one answer after the other; when there are no more, the name does not exist. */
    private static final class LittleDns implements AutoCloseable {

        private final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        private final ExecutorService thread = Executors.newSingleThreadExecutor();
        private final Queue<List<Record>> answers;

        LittleDns(List<List<Record>> answers) throws IOException {
            this.answers = new ArrayDeque<>(answers);
            thread.execute(this::serve);
        }

        InetSocketAddress address() {
            return (InetSocketAddress) socket.getLocalSocketAddress();
        }

        @Override
        public void close() {
            socket.close();
            thread.close();
        }

        private void serve() {
            try {
                while (true) {
                    answer();
                }
            } catch (IOException e) {
                // Closed: the test is over.
            }
        }

        private void answer() throws IOException {
            DatagramPacket packet = new DatagramPacket(new byte[512], 512);
            socket.receive(packet);
            Message query = new Message(packet.getData());
            Message answer = new Message(query.getHeader().getID());
            answer.getHeader().setFlag(Flags.QR);
            answer.addRecord(query.getQuestion(), Section.QUESTION);
            List<Record> records = answers.poll();
            if (records == null) {
                answer.getHeader().setRcode(Rcode.NXDOMAIN);
            } else {
                records.forEach(record -> answer.addRecord(record, Section.ANSWER));
            }
            byte[] wire = answer.toWire();
            socket.send(new DatagramPacket(wire, wire.length, packet.getSocketAddress()));
        }
    }
}
