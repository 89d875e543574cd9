package dev.lifeboat.recovery.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lifeboat.host.SystemRandomness;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.network.ForwardMode;
import dev.lifeboat.network.Ipv4Address;
import dev.lifeboat.network.Label;
import dev.lifeboat.network.Protocol;
import dev.lifeboat.network.Subnet;
import dev.lifeboat.recovery.PointAccess;
import dev.lifeboat.recovery.Purpose;
import dev.lifeboat.recovery.RecoveryOrder;
import dev.lifeboat.recovery.RecoveryOrder.Sign;
import dev.lifeboat.recovery.RecoveryOrder.Wanted;
import dev.lifeboat.vault.key.PointKeys;
import dev.lifeboat.vault.key.RootSecret;
import dev.lifeboat.vault.key.SessionId;
import dev.lifeboat.vault.key.SessionKey;
import dev.lifeboat.vault.key.VaultKeys;
import dev.lifeboat.vault.point.PointId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecoveryRequestTest {

    private static final long SEED = 20261121;

    private static final RecoveryOrder ORDER = new RecoveryOrder(
            "shop",
            Purpose.UNPLANNED,
            new PointId("shop", 1, 42),
            List.of(new Wanted("db", Sign.GUEST, 0), new Wanted("web", Sign.PORT, 80)),
            List.of(new RecoveryOrder.Network(
                    new Label("br0"),
                    List.of("br0"),
                    Subnet.of("10.30.0.0/24"),
                    Optional.of(Ipv4Address.of("10.30.0.254")),
                    ForwardMode.NAT)),
            Map.of("br1", "virbr1", "br2", "virbr2"),
            List.of(new RecoveryOrder.Port(Protocol.UDP, Ipv4Address.ANY, 53, "web", 5353)),
            Duration.ofMinutes(5));

    private static byte[] encoded() {
        try (RootSecret root = RootSecret.generate(SystemRandomness.secure());
                VaultKeys keys = root.keys();
                PointAccess access = new PointAccess(
                        "file:///srv/vault",
                        PointKeys.copyOf(
                                keys.anchor(),
                                Map.of(new SessionId(7), SessionKey.generate(SystemRandomness.secure()))))) {
            return new RecoveryRequest(ORDER, access).encode();
        }
    }

    /** The same request with another text. */
    private static byte[] changed(String from, String to) {
        ByteBuffer old = ByteBuffer.wrap(encoded());
        byte[] json = new byte[old.getInt()];
        old.get(json);
        String text = new String(json, StandardCharsets.UTF_8);
        assertThat(text).contains(from);
        byte[] next = text.replace(from, to).getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Integer.BYTES + next.length + old.remaining())
                .putInt(next.length)
                .put(next)
                .put(old)
                .array();
    }

    private static void requireRefused(byte[] bytes, ErrorCode code, String why) {
        assertThatExceptionOfType(LifeboatException.class)
                .isThrownBy(() -> RecoveryRequest.decode(bytes))
                .matches(e -> e.code() == code, code.code())
                .withMessageContaining(why);
    }

    @Test
    void whatWasWrittenIsRead() {
        RecoveryRequest read = RecoveryRequest.decode(encoded());

        assertThat(read.order()).isEqualTo(ORDER);
        assertThat(read.access().vault()).isEqualTo("file:///srv/vault");
        assertThat(read.access().keys().of(new SessionId(7))).isPresent();
        assertThat(read.toString()).doesNotContain("SessionKey");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"purpose\":\"unplanned\" | \"purpose\":\"fun\" | FUN",
                "\"sign\":\"guest\" | \"sign\":\"smoke\" | SMOKE",
                "\"port\":80 | \"port\":0 | PORT with the port 0",
                "\"port\":80 | \"port\":80000 | out of range",
                "\"port\":80 | \"port\":80,\"restart\":true | keys or values that this version does not write",
                "\"protocol\":\"udp\" | \"protocol\":\"sctp\" | sctp",
                "\"name\":\"shop\" | \"name\":\"../shop\" | is no name",
                "10.30.0.0/24 | 10.30.0.0/99 | 10.30.0.0/99",
                "shop@1-42 | shop | shop",
                "\"vault\":\"file:///srv/vault\" | \"vault\":7 | \"vault\"",
                "\"order\" | \"ordre\" | \"order\"",
                "lifeboat-recovery-request | lifeboat-recovery | format",
            })
    void whatIsNotUnderstoodIsRefused(String right, String wrong, String why) {
        requireRefused(changed(right, wrong), ErrorCode.AGENT_REQUEST_UNREADABLE, why);
    }

    @Test
    void aNewerVersionIsRefused() {
        requireRefused(changed("\"version\":0", "\"version\":1"), ErrorCode.VAULT_FORMAT_UNKNOWN, "version 1");
    }

    @Test
    void whatIsCutOffOrTooLongIsRefused() {
        byte[] whole = encoded();
        for (int length = 0; length < whole.length; length++) {
            requireRefused(Arrays.copyOf(whole, length), ErrorCode.AGENT_REQUEST_UNREADABLE, "");
        }
        requireRefused(Arrays.copyOf(whole, whole.length + 1), ErrorCode.AGENT_REQUEST_UNREADABLE, "keys");
        requireRefused(new byte[RecoveryRequest.MOST_BYTES + 1], ErrorCode.AGENT_REQUEST_UNREADABLE, "bytes");
    }

    @Test
    void whateverComesIsReadOrRefused() {
        Random random = new Random(SEED);
        byte[] whole = encoded();
        for (int i = 0; i < 5000; i++) {
            byte[] bent = whole.clone();
            for (int j = random.nextInt(4); j >= 0; j--) {
                bent[random.nextInt(bent.length)] = (byte) random.nextInt();
            }
            try {
                RecoveryRequest.decode(bent).access().close();
            } catch (LifeboatException e) {
                assertThat(e.code())
                        .as("seed %d, round %d", SEED, i)
                        .isIn(ErrorCode.AGENT_REQUEST_UNREADABLE, ErrorCode.VAULT_FORMAT_UNKNOWN);
            }
        }
    }
}
