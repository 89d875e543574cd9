package dev.lifeboat.offline;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code lifeboat vault keys}: the group of commands about the sealed copies of the root secret. */
@Command(
        name = "keys",
        description = "The keys of a vault: each is its root secret, sealed with a passphrase of its own.",
        synopsisSubcommandLabel = "COMMAND")
final class KeysCommand {

    private KeysCommand() {}

    static CommandLine create(OfflineContext context) {
        return new CommandLine(new KeysCommand())
                .addSubcommand(new KeysListCommand(context))
                .addSubcommand(new KeysAddCommand(context))
                .addSubcommand(new KeysChangeCommand(context))
                .addSubcommand(new KeysRemoveCommand(context));
    }
}
