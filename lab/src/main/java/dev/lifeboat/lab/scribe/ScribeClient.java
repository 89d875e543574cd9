package dev.lifeboat.lab.scribe;

import dev.lifeboat.lab.shop.PlainHttp;
import dev.lifeboat.lab.shop.ShopAddress;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.util.regex.Pattern;

/** Scribe as it is reached from outside. Every call asks for the address anew and works in the calling thread. */
public final class ScribeClient {

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,16}\n");

    private final ShopAddress address;
    private final PlainHttp http;

    public ScribeClient(ShopAddress address, PlainHttp http) {
        this.address = address;
        this.http = http;
    }

    /**
     * The number of the last record that scribe says is on its disk, 0 when there is none yet.
     *
     * @throws IOException when it does not answer, or something else than a number
     */
    public long last() throws IOException {
        PlainHttp.Answer answer = http.get(address.resolve(), "/last");
        if (answer.status() != HttpURLConnection.HTTP_OK
                || !NUMBER.matcher(answer.body()).matches()) {
            throw new IOException("scribe answered with the status %d and no number".formatted(answer.status()));
        }
        return Long.parseLong(answer.body().strip());
    }

    /** Whether scribe says that it writes. */
    public boolean isHealthy() {
        try {
            return http.get(address.resolve(), "/health").status() == HttpURLConnection.HTTP_OK;
        } catch (IOException e) {
            return false;
        }
    }
}
