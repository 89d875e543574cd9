package dev.lifeboat.bench.served;

import dev.lifeboat.bench.ServedWay;
import dev.lifeboat.bench.tool.ServiceMeter;
import dev.lifeboat.host.Program;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** qemu-nbd with the raw image itself. */
final class QemuNbd implements ServedWay {

    static final String NAME = "qemu-nbd";

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final Path image;
    private final ByteCount disk;
    private final Path socket;
    private final NbdReaders readers;
    private final Timekeeper time;

    QemuNbd(Path image, ByteCount disk, Path socket, NbdReaders readers, Timekeeper time) {
        this.image = image;
        this.disk = disk;
        this.socket = socket;
        this.readers = readers;
        this.time = time;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public SequentialFigures sequential() throws InterruptedException {
        return served((uri, server) -> {
            double speed = readers.sequential(uri, disk);
            return new SequentialFigures(
                    speed, ServiceMeter.read(Stream.of(server.toHandle())).peakMib());
        });
    }

    @Override
    public RandomFigures random() throws InterruptedException {
        return served((uri, _) -> readers.random(uri));
    }

    private interface Reading<T> {
        T from(String uri, Process server) throws InterruptedException;
    }

    private <T> T served(Reading<T> reading) throws InterruptedException {
        Process server = Program.of("qemu-nbd", "--persistent", "--read-only", "--format=raw")
                .with("--export-name=" + HalfRandomImage.DISK, "--socket=" + socket, image.toString())
                .start();
        try {
            if (!time.await(LIMIT, LOOK_AGAIN, this::accepts)) {
                throw new LifeboatException(ErrorCode.HOST_PROGRAM_TIMED_OUT, "qemu-nbd serves nothing.");
            }
            return reading.from("nbd+unix:///%s?socket=%s".formatted(HalfRandomImage.DISK, socket), server);
        } finally {
            server.destroyForcibly();
            server.waitFor();
            remove();
        }
    }

    private boolean accepts() {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            return false;
        }
    }

    private void remove() {
        try {
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.HOST_FOLDER_NOT_REMOVED, "%s could not be removed: %s".formatted(socket, e), e);
        }
    }
}
