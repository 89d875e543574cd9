package dev.lifeboat.lab.scribe;

import dev.lifeboat.lab.shop.PlainHttp;
import dev.lifeboat.lab.shop.ShopAddress;
import dev.lifeboat.model.ByteCount;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** Scribe as it is reached from outside. Every call asks for the address anew and works in the calling thread. */
public final class ScribeClient {

    /** Tens of thousands of slots are seconds of work for an emulated guest, and more beside others. */
    private static final Duration DEED_LIMIT = Duration.ofSeconds(90);

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,16}\n");
    private static final Pattern DONE = Pattern.compile("done ([0-9]{1,16})\n");
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

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

    /** How scribe's guest agent behaves towards who asks for a freeze. */
    public enum AgentConduct {
        /** Its process is stopped: it answers nothing. */
        STOPPED("stop"),
        /** Its process goes on. */
        GOING_ON("continue"),
        /** A freeze does not come back, and neither does anything that is asked behind it. */
        HANGING("hang"),
        /** A freeze comes back, also one that did not until now. */
        RELENTING("relent");

        private final String word;

        AgentConduct(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    /** What scribe says of itself; at most a second old. */
    public ScribeState state() throws IOException {
        PlainHttp.Answer answer = http.get(address.resolve(), "/state");
        if (answer.status() != HttpURLConnection.HTTP_OK) {
            throw new IOException("scribe answered with the status %d".formatted(answer.status()));
        }
        try {
            return JSON.readValue(answer.body(), ScribeState.class);
        } catch (JacksonException e) {
            throw new IOException("scribe's state is none: " + answer.body(), e);
        }
    }

    /** Sets how much it writes. Its measurements begin anew. 0 lets it rest. */
    public void setPace(ByteCount perSecond) throws IOException {
        ask(http, "pace=" + perSecond.bytes());
    }

    /**
     * Sets how many records of each batch it copies to slots that it chooses by chance.
     *
     * @param records 64 at most
     */
    public void setScatter(int records) throws IOException {
        ask(http, "scatter=" + records);
    }

    /**
     * Does something to slots and waits until it is safe on the disk.
     *
     * @return the number of the record that says so
     */
    public long touch(SlotDeed deed) throws IOException {
        String word = switch (deed.kind()) {
            case NONE -> throw new IllegalArgumentException("nothing to do");
            case WRITE -> "write";
            case ZERO -> "zero";
            case DISCARD -> "discard";
        };
        return ask(http.withLimit(DEED_LIMIT), "%s=%d-%d".formatted(word, deed.from(), deed.to()));
    }

    /** Makes its guest agent behave. */
    public void setAgent(AgentConduct conduct) throws IOException {
        String answer =
                http.get(address.resolve(), "/cgi-bin/agent?" + conduct.word()).body();
        if (!answer.equals("done\n")) {
            throw new IOException("scribe could not: " + answer);
        }
    }

    /** Asks the writer for something, which is done when this returns, and gives the number of the newest record. */
    private long ask(PlainHttp through, String question) throws IOException {
        PlainHttp.Answer answer = through.get(address.resolve(), "/cgi-bin/do?" + question);
        Matcher done = DONE.matcher(answer.body());
        if (answer.status() != HttpURLConnection.HTTP_OK || !done.matches()) {
            throw new IOException("scribe, asked for %s, answered %s".formatted(question, answer));
        }
        return Long.parseLong(done.group(1));
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
