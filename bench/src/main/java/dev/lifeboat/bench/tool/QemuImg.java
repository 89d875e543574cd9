package dev.lifeboat.bench.tool;

import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramVersion;
import java.nio.file.Path;
import java.util.List;

/** {@code qemu-img convert} into a compressed qcow2 file and back, neither encrypted nor made durable by it. */
final class QemuImg implements Contender {

    @Override
    public String name() {
        return "qemu-img";
    }

    @Override
    public String version() throws InterruptedException {
        return ProgramVersion.ask(List.of("qemu-img", "--version")).orElse("unknown");
    }

    @Override
    public List<String> flags() {
        return List.of(
                "qemu-img convert -f raw -O qcow2 -c -o compression_type=zstd -m 4 -W IMAGE REPOSITORY",
                "qemu-img convert -f qcow2 -O raw -m 4 -W REPOSITORY FILE");
    }

    @Override
    public void prepare(Path work) {
        // The file is made by the conversion.
    }

    @Override
    public ProcessCost seed(Path work, Path image, ProcessMeter meter) throws InterruptedException {
        Program convert = Program.of("qemu-img", "convert", "-f", "raw", "-O", "qcow2")
                .with("-c", "-o", "compression_type=zstd", "-m", "4", "-W")
                .with(image.toString(), repository(work).toString());
        return meter.run(convert).cost();
    }

    @Override
    public ProcessCost restore(Path work, Path image, Path into, ProcessMeter meter) throws InterruptedException {
        Program convert = Program.of("qemu-img", "convert", "-f", "qcow2", "-O", "raw", "-m", "4", "-W")
                .with(repository(work).toString(), into.toString());
        return meter.run(convert).cost();
    }

    @Override
    public StoredSize stored(Path work) {
        return StoredSize.of(repository(work));
    }

    private static Path repository(Path work) {
        return work.resolve("image.qcow2");
    }
}
