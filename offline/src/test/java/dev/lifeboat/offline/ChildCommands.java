package dev.lifeboat.offline;

import dev.lifeboat.cli.CommandRunner;
import dev.lifeboat.cli.Interruption;
import dev.lifeboat.host.HostFolders;
import dev.lifeboat.host.SystemRandomness;
import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.model.ByteCount;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The process that tests kill: the commands that move images. Its first arguments are a cache and a step of export. */
final class ChildCommands {

    private ChildCommands() {}

    @Command(name = "lifeboat")
    private static final class Root {}

    static CommandLine root(Path cache, ByteCount step) {
        OfflineContext context = new OfflineContext(
                HostFolders.of(Map.of(HostFolders.CACHE_VARIABLE, cache.toString()), Path.of("/nonexistent")),
                SystemRandomness.secure(),
                new SystemTimekeeper(),
                2,
                "",
                "");
        return new CommandLine(new Root())
                .addSubcommand(new CarryInCommand(context))
                .addSubcommand(new ImportCommand(context))
                .addSubcommand(new ExportCommand(context, step))
                .addSubcommand(new FollowCommand(context))
                .addSubcommand(new ServeCommand(context));
    }

    /** Runs a command as the product does. */
    public static void main(String... arguments) {
        PrintWriter output = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter errors = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        CommandLine root = root(Path.of(arguments[0]), new ByteCount(Long.parseLong(arguments[1])));
        String[] command = Arrays.copyOfRange(arguments, 2, arguments.length);
        System.exit(Interruption.endGracefully(() -> CommandRunner.run(root, output, errors, command)));
    }
}
