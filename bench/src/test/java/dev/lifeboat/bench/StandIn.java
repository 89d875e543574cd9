package dev.lifeboat.bench;

import dev.lifeboat.bench.tool.Contender;
import dev.lifeboat.bench.tool.ProcessCost;
import dev.lifeboat.bench.tool.ProcessMeter;
import dev.lifeboat.bench.tool.StoredSize;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A tool that copies, claims to have taken as long as it is told, and writes down what it did. */
final class StandIn implements Contender {

    private final String name;
    private final double wallS;
    private final long storedBytes;
    private final List<String> diary;
    private long objects;
    private boolean forgetful;

    StandIn(String name, double wallS, long storedBytes, List<String> diary) {
        this.name = name;
        this.wallS = wallS;
        this.storedBytes = storedBytes;
        this.diary = diary;
    }

    /** The same, giving back other bytes than it was given. */
    StandIn forgetful() {
        forgetful = true;
        return this;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String version() {
        return "1.0";
    }

    @Override
    public List<String> flags() {
        return List.of(name + " --fast");
    }

    @Override
    public void prepare(Path work) {
        diary.add(name + " prepare");
    }

    @Override
    public ProcessCost seed(Path work, Path image, ProcessMeter meter) {
        diary.add(name + " seed");
        objects++;
        copy(image, work.resolve("copy-" + objects));
        return new ProcessCost(wallS, wallS / 2, 100);
    }

    @Override
    public ProcessCost restore(Path work, Path image, Path into, ProcessMeter meter) {
        diary.add(name + " restore");
        copy(work.resolve("copy-" + objects), into);
        return new ProcessCost(wallS, wallS / 2, 100);
    }

    @Override
    public StoredSize stored(Path work) {
        return new StoredSize(storedBytes * objects, objects);
    }

    private void copy(Path from, Path to) {
        try {
            Files.write(to, forgetful ? new byte[] {0} : Files.readAllBytes(from));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
