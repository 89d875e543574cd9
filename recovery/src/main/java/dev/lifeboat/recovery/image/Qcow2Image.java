package dev.lifeboat.recovery.image;

import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.vault.capture.DiskSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A qcow2 image, with its backing files if it has any, read through QEMU's own server. */
final class Qcow2Image implements DiskSource {

    private static final JsonMapper JSON = new JsonMapper();

    private final Map<Path, DiskImage.Look> files;
    private final QemuNbd server;
    private final NbdSource disk;

    private Qcow2Image(Map<Path, DiskImage.Look> files, QemuNbd server) {
        this.files = files;
        this.server = server;
        this.disk = new NbdSource(server.disk());
    }

    static Qcow2Image open(Path file, Timekeeper time) throws IOException, InterruptedException {
        Map<Path, DiskImage.Look> files = files(file);
        try {
            return new Qcow2Image(files, QemuNbd.serve(file, time, "--read-only", "--format", "qcow2"));
        } catch (QemuNbd.Refused e) {
            throw DiskImage.unreadable(file, String.valueOf(e.getMessage()));
        }
    }

    /** The image and those below it, of which a change is as bad. What is no file of this computer is left out. */
    private static Map<Path, DiskImage.Look> files(Path file) throws IOException, InterruptedException {
        ProgramRun run = Program.of("qemu-img", "info", "--force-share", "--backing-chain", "--output", "json")
                .with("-f", "qcow2", file.toAbsolutePath().toString())
                .run();
        if (!run.succeeded()) {
            throw DiskImage.unreadable(file, run.complaint());
        }
        Map<Path, DiskImage.Look> files = new LinkedHashMap<>();
        for (JsonNode image : JSON.readTree(run.output())) {
            Path one = Path.of(image.path("filename").asString(""));
            if (Files.exists(one)) {
                files.put(one, DiskImage.Look.at(one));
            }
        }
        return files;
    }

    @Override
    public long size() {
        return disk.size();
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        disk.read(offset, into);
    }

    @Override
    public boolean isHole(long offset, long length) throws IOException {
        return disk.isHole(offset, length);
    }

    @Override
    public long dataBlocks(long offset, int blocks) throws IOException {
        return disk.dataBlocks(offset, blocks);
    }

    @Override
    public void requireUnchanged() throws IOException {
        for (Map.Entry<Path, DiskImage.Look> file : files.entrySet()) {
            file.getValue().requireSame(file.getKey());
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
