package dev.lifeboat.simulation;

import dev.lifeboat.host.Program;
import dev.lifeboat.lab.LabHost;
import java.util.List;

/** What recoveries could leave on a host of a lab. */
record RecoveryTraces(TestLab lab, LabHost host) {

    /** Links, processes, firewall and namespaces, machines. */
    List<String> now() throws InterruptedException {
        return List.of(
                inHost("sh", "-c", "ip -brief link | sed 's/[@ ].*//'"),
                inHost(
                        "sh",
                        "-c",
                        "ps -eo args | grep -E 'nbdkit|lifeboat.* export|dnsmasq|qemu-system' | grep -v grep; :"),
                inHost("sh", "-c", "nft list tables; ls -A /run/netns 2>/dev/null; :"),
                lab.virsh(host, "list", "--all").ask());
    }

    /** The links of the host, each with its details in a line. */
    List<String> links() throws InterruptedException {
        return inHost("ip", "-oneline", "link").lines().toList();
    }

    private String inHost(String... command) throws InterruptedException {
        return Program.of("nsenter", "--mount", "--net", "--pid", "--target")
                .with(Long.toString(lab.containerId(host.toString())), "--")
                .with(command)
                .ask();
    }
}
