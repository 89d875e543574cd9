package dev.lifeboat.simulation;

import dev.lifeboat.host.ProcessTable;
import dev.lifeboat.host.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a lab could leave behind on the computer around it: processes, namespaces, mounts, network interfaces, sockets,
 * files.
 *
 * @param processes the machines, services and inits that a lab starts, by their arguments
 * @param namespaces those of any process, by kind and number
 * @param mounts the lines of this process's mount table
 * @param interfaces network interfaces and bridges, by name
 * @param sockets paths of Unix sockets
 * @param files everything below the folders in which a lab works
 */
record HostTraces(
        Set<String> processes,
        Set<String> namespaces,
        Set<String> mounts,
        Set<String> interfaces,
        Set<String> sockets,
        Set<String> files) {

    private static final Path PROC = Path.of("/proc");

    /** How things stand now, with the files below these folders. */
    static HostTraces now(Path... folders) throws IOException, InterruptedException {
        return new HostTraces(
                ProcessTable.all().stream()
                        .map(entry -> String.join(" ", entry.arguments()))
                        .filter(
                                line -> line.matches(
                                        "(?s).*(lifeboat-lab:|lifeboat-guest-build:|qemu-system|libvirtd|virtlogd|dnsmasq|debootstrap).*"))
                        .collect(Collectors.toCollection(TreeSet::new)),
                namespacesOfAllProcesses(),
                new TreeSet<>(Files.readAllLines(PROC.resolve("self/mountinfo"))),
                Program.of("ip", "-brief", "link")
                        .ask()
                        .lines()
                        .map(line -> line.split(" ", 2)[0])
                        .collect(Collectors.toCollection(TreeSet::new)),
                Files.readAllLines(PROC.resolve("net/unix")).stream()
                        .filter(line -> line.contains("lifeboat") || line.contains("libvirt") || line.contains("/lb-"))
                        .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                        .collect(Collectors.toCollection(TreeSet::new)),
                filesBelow(folders));
    }

    /** What is there now and was not there before. */
    List<String> since(HostTraces before) {
        List<String> fresh = new ArrayList<>();
        add(fresh, "process", processes, before.processes);
        add(fresh, "namespace", namespaces, before.namespaces);
        add(fresh, "mount", mounts, before.mounts);
        add(fresh, "interface", interfaces, before.interfaces);
        add(fresh, "socket", sockets, before.sockets);
        add(fresh, "file", files, before.files);
        return fresh;
    }

    private static void add(List<String> fresh, String kind, Set<String> now, Set<String> before) {
        now.stream().filter(one -> !before.contains(one)).forEach(one -> fresh.add(kind + " " + one));
    }

    private static Set<String> namespacesOfAllProcesses() throws IOException {
        Set<String> found = new TreeSet<>();
        for (ProcessTable.Entry process : ProcessTable.all()) {
            for (String kind : List.of("net", "mnt", "pid", "uts", "ipc")) {
                Path link = PROC.resolve(Path.of(Long.toString(process.id()), "ns", kind));
                // The dead that nobody has fetched yet have no arguments left; kernel threads never had any.
                if (!process.arguments().equals(List.of("")) && Files.isSymbolicLink(link)) {
                    nameOf(link).ifPresent(found::add);
                }
            }
        }
        return found;
    }

    private static Optional<String> nameOf(Path link) {
        try {
            return Optional.of(Files.readSymbolicLink(link).toString());
        } catch (IOException e) {
            // The process has ended since it was listed.
            return Optional.empty();
        }
    }

    private static Set<String> filesBelow(Path... folders) {
        return Arrays.stream(folders)
                .filter(Files::isDirectory)
                .flatMap(HostTraces::below)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<String> below(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.map(Path::toString).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
