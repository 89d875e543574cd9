package dev.lifeboat.network.linux;

import dev.lifeboat.host.Folders;
import dev.lifeboat.host.ProcessTable;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.network.Ipv4Address;
import dev.lifeboat.network.Realm;
import dev.lifeboat.network.RealmId;
import dev.lifeboat.network.RealmNames;
import dev.lifeboat.network.RecoveryNetwork;
import dev.lifeboat.network.Reservation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The dnsmasq of each realm: DHCP and DNS for all its networks, run in the router's namespace as nobody in particular.
 * The name of its configuration carries a digest of the content, so that the list of processes tells which one it has.
 *
 * <p>A folder {@code ID} for each realm has {@code dnsmasq-DIGEST.conf}, {@code leases} and {@code pid}.
 */
final class NameService {

    private static final int DIGEST_DIGITS = 12;
    private static final String OPTION = "--conf-file=";
    private static final Duration DEATH_LIMIT = Duration.ofSeconds(10);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(10);

    private final Path folder;
    private final Timekeeper time;

    NameService(Path folder, Timekeeper time) {
        this.folder = folder;
        this.time = time;
    }

    Path folderOf(RealmId realm) {
        return folder.resolve(realm.text());
    }

    /** Those that run for a realm, whatever configuration they have. */
    List<ProcessTable.Entry> running(RealmId realm) {
        return ProcessTable.withArgumentPrefix(OPTION + folderOf(realm) + "/");
    }

    /** Realms of which there is a folder or a process. */
    List<RealmId> realms() {
        String beginning = OPTION + folder + "/";
        try (Stream<Path> folders = Files.isDirectory(folder) ? Files.list(folder) : Stream.empty()) {
            return Stream.concat(
                            folders.map(path -> path.getFileName().toString()),
                            ProcessTable.withArgumentPrefix(beginning).stream()
                                    .flatMap(entry -> entry.arguments().stream())
                                    .filter(argument -> argument.startsWith(beginning))
                                    .map(argument -> argument.substring(beginning.length())
                                            .replaceFirst("/.*", "")))
                    .filter(RealmId::isOne)
                    .map(RealmId::new)
                    .distinct()
                    .toList();
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.NET_NOT_MADE, "The folder %s cannot be read: %s".formatted(folder, e), e);
        }
    }

    /**
     * Sees to it that one runs with what the realm is to have, and no other.
     *
     * @param anew also when one runs, because its links are new
     * @param inRouter runs programs in the router's namespace
     */
    void ensure(Realm realm, boolean anew, HostPrograms inRouter) throws InterruptedException {
        RealmId id = realm.id();
        String text = configuration(realm);
        Path file = folderOf(id)
                .resolve("dnsmasq-%s.conf".formatted(RealmId.digest(text).substring(0, DIGEST_DIGITS)));
        List<ProcessTable.Entry> running = running(id);
        if (!anew
                && running.size() == 1
                && running.getFirst().arguments().contains(OPTION + file)
                && Files.exists(file)) {
            return;
        }
        end(id);
        write(id, file, text);
        Step.run(inRouter.program("dnsmasq", OPTION + file));
    }

    private void write(RealmId id, Path file, String text) {
        try (Stream<Path> old = Files.list(Files.createDirectories(folderOf(id)))) {
            for (Path other : old.filter(path -> path.getFileName().toString().startsWith("dnsmasq-"))
                    .toList()) {
                Files.delete(other);
            }
            Path whole = folderOf(id).resolve("dnsmasq-new");
            Files.writeString(whole, text);
            Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new LifeboatException(ErrorCode.NET_NOT_MADE, "%s cannot be written: %s".formatted(file, e), e);
        }
    }

    /** Kills those that run. */
    void end(RealmId realm) throws InterruptedException {
        boolean gone = time.await(DEATH_LIMIT, LOOK_AGAIN, () -> {
            List<ProcessTable.Entry> left = running(realm);
            left.forEach(entry -> ProcessHandle.of(entry.id()).ifPresent(ProcessHandle::destroyForcibly));
            return left.isEmpty();
        });
        if (!gone) {
            throw new LifeboatException(
                    ErrorCode.NET_LEFTOVERS, "The dnsmasq of %s was killed and is still there.".formatted(realm));
        }
    }

    /** Removes the folder of a realm. */
    void forget(RealmId realm) {
        Folders.delete(folderOf(realm));
    }

    /** Source: dnsmasq(8). */
    private String configuration(Realm realm) {
        RealmLinks links = new RealmLinks(realm.id());
        StringBuilder text = new StringBuilder("""
            # The networks %s of %s; written by Lifeboat, which replaces it.
            no-resolv
            no-hosts
            no-poll
            user=nobody
            group=nogroup
            bind-interfaces
            except-interface=lo
            dhcp-authoritative
            # A guest does not name itself: names are those of the definition.
            dhcp-ignore-names
            # What guests ask for is not logged, or they could fill the disk.
            quiet-dhcp
            dhcp-leasefile=%3$s/leases
            pid-file=%3$s/pid
            """.formatted(realm.name(), realm.owner(), folderOf(realm.id())));
        if (realm.resolvers().isEmpty()) {
            text.append("local=/#/\n");
        } else {
            text.append("local=//\n");
            realm.resolvers().forEach(resolver -> text.append("server=%s\n".formatted(resolver)));
        }
        RealmNames.of(realm)
                .forEach((name, addresses) -> text.append("host-record=%s,%s\nlocal=/%1$s/\n"
                        .formatted(
                                name,
                                addresses.stream().map(Ipv4Address::toString).collect(Collectors.joining(",")))));
        for (int number = 0; number < realm.networks().size(); number++) {
            RecoveryNetwork network = realm.networks().get(number);
            String lan = links.lan(number);
            text.append("""
                interface=%1$s
                dhcp-range=set:%1$s,%2$s,%3$s,%4$s,1h
                dhcp-option=tag:%1$s,option:router,%5$s
                dhcp-option=tag:%1$s,option:dns-server,%5$s
                """.formatted(
                            lan,
                            network.subnet().first(),
                            network.subnet().last(),
                            network.subnet().mask(),
                            network.gateway()));
            network.domain()
                    .ifPresent(
                            domain -> text.append("dhcp-option=tag:%s,option:domain-name,%s\n".formatted(lan, domain)));
            for (Reservation reservation : network.reservations()) {
                text.append("dhcp-host=%s,%s\n".formatted(reservation.mac(), reservation.address()));
            }
        }
        return text.toString();
    }
}
