package dev.lifeboat.bench;

import dev.lifeboat.bench.tool.ProcessCost;
import dev.lifeboat.bench.tool.ProcessMeter;
import dev.lifeboat.bench.tool.StoredSize;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.nio.file.Path;
import java.util.List;

/** A tool that reads nothing, claims to have taken as long as it is told, and writes down what it did. */
final class LiveStandIn implements LiveTool {

    private static final double QUICK_S = 0.1;

    private final String name;
    private final double wallS;
    private final List<String> diary;
    private long objects;
    private boolean failing;

    LiveStandIn(String name, double wallS, List<String> diary) {
        this.name = name;
        this.wallS = wallS;
        this.diary = diary;
    }

    /** The same, which breaks down in its first cycle. */
    LiveStandIn failing() {
        failing = true;
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
        return List.of(name + " --live");
    }

    @Override
    public void prepare(Path work) {
        diary.add(name + " prepare");
    }

    @Override
    public ProcessCost seed(LiveMachine machine, Path work, ProcessMeter meter) {
        diary.add(name + " seed " + machine.name());
        objects = 7;
        return new ProcessCost(wallS, wallS / 2, 100);
    }

    @Override
    public LiveProtection protect(LiveMachine machine, Path work, ProcessMeter meter) {
        diary.add(name + " protect " + machine.name());
        return new LiveProtection() {
            @Override
            public void settle() {
                diary.add(name + " settle");
            }

            @Override
            public ProcessCost next(Between between, long changedBytes) throws InterruptedException {
                if (failing) {
                    throw new LifeboatException(ErrorCode.HOST_PROGRAM_FAILED, name + " broke down");
                }
                between.happens();
                diary.add("%s next %d".formatted(name, changedBytes));
                objects += changedBytes == 0 ? 1 : 2;
                double taken = changedBytes == 0 ? wallS * QUICK_S : wallS;
                return new ProcessCost(taken, taken, 100);
            }

            @Override
            public void close() {
                diary.add(name + " close");
            }
        };
    }

    @Override
    public StoredSize stored(Path work) {
        return new StoredSize(1000 * objects, objects);
    }
}
