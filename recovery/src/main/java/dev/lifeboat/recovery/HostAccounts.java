package dev.lifeboat.recovery;

import dev.lifeboat.host.Program;
import dev.lifeboat.hypervisor.ProcessAccount;
import dev.lifeboat.recovery.export.Account;
import java.util.Optional;

/** Accounts of this host by name. */
public final class HostAccounts {

    private HostAccounts() {}

    /**
     * What the host calls an account; empty for root, who needs nothing to be given.
     *
     * @throws dev.lifeboat.model.LifeboatException when the host does not know its number
     */
    public static Optional<Account> named(ProcessAccount account) throws InterruptedException {
        return account.isRoot()
                ? Optional.empty()
                : Optional.of(new Account(name("passwd", account.user()), name("group", account.group())));
    }

    /** The first field of the entry, getent(1). */
    private static String name(String database, int number) throws InterruptedException {
        String entry = Program.of("getent", database, Integer.toString(number)).ask();
        int colon = entry.indexOf(':');
        return colon < 0 ? entry : entry.substring(0, colon);
    }
}
