package dev.lifeboat.lab;

import dev.lifeboat.lab.scribe.ScribeClient;
import dev.lifeboat.lab.shop.DnsShopAddress;
import dev.lifeboat.lab.shop.PlainHttp;
import dev.lifeboat.lab.shop.ShopAddress;
import dev.lifeboat.lab.shop.ShopClient;
import dev.lifeboat.model.Timekeeper;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * How the clients of a lab's machines reach them: the shop's customers by its name, which they ask their own resolver
 * for, and whoever watches scribe by its address.
 */
public final class Customers {

    /** Longer than any order takes in emulation; a customer that waits longer has lost patience anyway. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final int DNS = 53;
    private static final int HTTP = 80;

    private Customers() {}

    /** Where the shop is, according to the customers' resolver; to be asked for from within the world. */
    public static ShopAddress address() {
        return new DnsShopAddress(
                new InetSocketAddress(InetAddress.ofLiteral(Place.RESOLVER_ADDRESS), DNS), Place.SHOP_NAME, HTTP);
    }

    /** The shop as customers see it; to be used from within the world. */
    public static ShopClient client(Timekeeper time) {
        return new ShopClient(address(), new PlainHttp(time, PATIENCE));
    }

    /** The scribe at its home; to be used from beside it. */
    public static ScribeClient scribe(Timekeeper time) {
        String address = Machine.SCRIBE.address(Machine.SCRIBE.home().site());
        return new ScribeClient(ShopAddress.fixed(InetAddress.ofLiteral(address), HTTP), new PlainHttp(time, PATIENCE));
    }
}
