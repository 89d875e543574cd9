package dev.lifeboat.bench.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lifeboat.host.HostFolders;
import dev.lifeboat.host.HostRequirements;
import dev.lifeboat.host.Need;
import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The real peers on a tiny image, and our own commands against a stand-in that writes down how it was called. */
class ContendersTest {

    private static final int MEBIBYTE = 1 << 20;

    @TempDir
    private Path folder;

    static List<Contender> peers() {
        return Contenders.peers();
    }

    static List<Contender> peersThatAdd() {
        return Contenders.peersThatAdd();
    }

    @ParameterizedTest
    @MethodSource("peers")
    void aPeerGivesBackWhatItWasGiven(Contender peer) throws IOException, InterruptedException {
        assumePeers();
        Path image = image();
        Path work = Files.createDirectory(folder.resolve("work"));
        Path into = folder.resolve("restored");
        ProcessMeter meter = new ProcessMeter(folder);

        peer.prepare(work);
        ProcessCost seed = peer.seed(work, image, meter);
        ProcessCost restore = peer.restore(work, image, into, meter);

        assertThat(into).hasSameBinaryContentAs(image);
        assertThat(peer.version()).matches("\\d+\\.\\d+.*");
        assertThat(peer.flags()).isNotEmpty();
        assertThat(seed.rssMib()).isPositive();
        assertThat(restore.rssMib()).isPositive();
        // A mebibyte of the image is random; the rest compresses.
        assertThat(peer.stored(work).bytes()).isBetween((long) MEBIBYTE, 3L * MEBIBYTE);
        assertThat(peer.stored(work).objects()).isPositive();
    }

    @ParameterizedTest
    @MethodSource("peersThatAdd")
    void aPeerThatRunsAgainAddsLittle(Contender peer) throws IOException, InterruptedException {
        assumePeers();
        Path image = image();
        Path work = Files.createDirectory(folder.resolve("work"));
        ProcessMeter meter = new ProcessMeter(folder);
        peer.prepare(work);
        peer.seed(work, image, meter);
        StoredSize before = peer.stored(work);

        byte[] bytes = Files.readAllBytes(image);
        Arrays.fill(bytes, 3 * MEBIBYTE, 3 * MEBIBYTE + 1000, (byte) 1);
        Files.write(image, bytes);
        peer.seed(work, image, meter);
        peer.restore(work, image, folder.resolve("restored"), meter);

        assertThat(folder.resolve("restored")).hasSameBinaryContentAs(image);
        assertThat(peer.stored(work).since(before).bytes()).isLessThan(3L * MEBIBYTE);
        assertThat(peer.stored(work).since(before).objects()).isPositive();
    }

    @Test
    void weAreCalledAsTheManualSays() throws IOException, InterruptedException {
        assumePeers();
        Path work = Files.createDirectory(folder.resolve("work"));
        Path image = image();
        Path calls = folder.resolve("calls");
        Path standIn = Files.writeString(folder.resolve("stand-in"), """
                printf '%%s\\n' "$*" >>'%s'
                case "$2" in
                init) mkdir '%s/vault' ;;
                import) cp '%s' '%s/vault/pack'; echo '{"point": "p-1", "bytes": 5}' ;;
                export) for last; do :; done; cp '%s/vault/pack' "$last" ;;
                esac
                """.formatted(calls, work, image, work, work));
        Contender ours = new Lifeboat(new OurProcess(List.of("sh", standIn.toString())));
        ProcessMeter meter = new ProcessMeter(folder);

        ours.prepare(work);
        ours.seed(work, image, meter);
        ours.restore(work, image, folder.resolve("restored"), meter);

        assertThat(Files.readString(calls).replace(folder.toString(), "/F")).isEqualTo("""
                vault init file:///F/work/vault --passphrase-file /F/work/passphrase --kit /F/work/kit --yes
                vault credentials --vault file:///F/work/vault --passphrase-file /F/work/passphrase --out /F/work/credentials
                vault import --vault file:///F/work/vault --credentials /F/work/credentials --machine bench --disk vda=/F/image --output json
                vault export --vault file:///F/work/vault --passphrase-file /F/work/passphrase p-1 --disk vda /F/restored
                """);
        assertThat(folder.resolve("restored")).hasSameBinaryContentAs(image);
        assertThat(ours.stored(work)).isEqualTo(new StoredSize(4L * MEBIBYTE, 1));
    }

    @Test
    void anImportThatNamesNoPointIsAFailure() {
        assertThat(Lifeboat.pointOf("{\"point\": \"abc\"}")).isEqualTo("abc");
        assertThatThrownBy(() -> Lifeboat.pointOf("{}"))
                .isInstanceOf(LifeboatException.class)
                .hasMessageContaining("named no point");
        assertThatThrownBy(() -> Lifeboat.pointOf("oops"))
                .isInstanceOf(LifeboatException.class)
                .hasMessageContaining("oops");
    }

    @Test
    void weAreStartedAgainAsThisProcessWas() {
        OurProcess process = OurProcess.of(
                Path.of("/jdk"),
                List.of("-XX:+UseSerialGC", "-javaagent:/coverage.jar", "-Xshare:auto"),
                "/a.jar:/b.jar");

        assertThat(process.command("version").command())
                .containsExactly(
                        "/jdk/bin/java",
                        "-XX:+UseSerialGC",
                        "-Xshare:auto",
                        "-cp",
                        "/a.jar:/b.jar",
                        "dev.lifeboat.distribution.Lifeboat",
                        "version");
        assertThat(process.options()).isEqualTo("-XX:+UseSerialGC -Xshare:auto");
        assertThat(Path.of(OurProcess.ofThisProcess().start().getFirst())).isExecutable();
    }

    /** A mebibyte of random bytes, one of zeros, two of text. */
    private Path image() throws IOException {
        byte[] bytes = new byte[4 * MEBIBYTE];
        byte[] random = new byte[MEBIBYTE];
        new Random(4).nextBytes(random);
        System.arraycopy(random, 0, bytes, 0, MEBIBYTE);
        for (int at = 2 * MEBIBYTE; at < bytes.length; at++) {
            bytes[at] = (byte) ('a' + at % 23);
        }
        return Files.write(folder.resolve("image"), bytes);
    }

    private static void assumePeers() {
        HostFolders folders = HostFolders.of(Map.of(), Path.of("/nonexistent"));
        List<String> missing = HostRequirements.ofThisHost(new SystemTimekeeper(), folders)
                .missing(Need.BENCH)
                .packages();
        assumeTrue(missing.isEmpty(), "not installed: " + missing);
    }
}
