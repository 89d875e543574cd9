package dev.lifeboat.lab.shop;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * Asks one DNS server for the shop's address, every time: how long an answer may be kept is the business of that
 * server, which stands for the customer's resolver. Thread-safe.
 */
public final class DnsShopAddress implements ShopAddress {

    /** A resolver that is there answers in milliseconds; one that is not has to be given up before the order is. */
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final Name name;
    private final int port;
    private final SimpleResolver resolver;

    /**
     * An address behind a name.
     *
     * @param server the DNS server to ask, by UDP
     * @param name the shop's full name
     * @param port the shop's port
     * @throws IllegalArgumentException when the name is none
     */
    public DnsShopAddress(InetSocketAddress server, String name, int port) {
        try {
            this.name = Name.fromString(name, Name.root);
        } catch (TextParseException e) {
            throw new IllegalArgumentException("`%s` is not a name in DNS".formatted(name), e);
        }
        this.port = port;
        resolver = new SimpleResolver(server);
        resolver.setIoClientFactory(new CallingThreadIo());
        resolver.setTimeout(LIMIT);
        // An address fits into any answer; nobody here could ask again by TCP.
        resolver.setIgnoreTruncation(true);
    }

    @Override
    public InetSocketAddress resolve() throws IOException {
        Message answer = resolver.send(Message.newQuery(Record.newRecord(name, Type.A, DClass.IN)));
        if (answer.getRcode() != Rcode.NOERROR) {
            throw new UnknownHostException(
                    "the DNS server answered %s for %s".formatted(Rcode.string(answer.getRcode()), name));
        }
        return answer.getSection(Section.ANSWER).stream()
                .filter(ARecord.class::isInstance)
                .map(ARecord.class::cast)
                .findFirst()
                .map(record -> new InetSocketAddress(record.getAddress(), port))
                .orElseThrow(() -> new UnknownHostException("the DNS server knows no address for " + name));
    }
}
