package dev.lifeboat.network.linux;

import dev.lifeboat.host.Program;
import java.nio.file.Path;

/** A machine for tests: a network namespace with one card, {@code eth0}. */
record Guest(LinuxHost host, String name, String tap, Path leaseScript) {

    Program program(String... command) {
        return host.inside(name, command);
    }

    /** Asks for an address by DHCP and takes it. */
    String lease() throws InterruptedException {
        return program("busybox", "udhcpc", "-f", "-n", "-q", "-t", "10", "-i", "eth0", "-s", leaseScript.toString())
                .ask()
                .lines()
                .filter(line -> line.startsWith("lease "))
                .findFirst()
                .orElse("none");
    }

    /** Sets an address by hand. */
    void take(String address, String gateway) throws InterruptedException {
        program("ip", "address", "replace", address, "dev", "eth0").ask();
        program("ip", "route", "replace", "default", "via", gateway).ask();
    }

    boolean reaches(String address) throws InterruptedException {
        return program("busybox", "ping", "-c", "2", "-W", "2", address).run().succeeded();
    }

    /** Answers on a port with its own name, again and again. */
    void serve(int port) throws InterruptedException {
        host.background(program("busybox", "nc", "-ll", "-p", Integer.toString(port), "-e", "echo", name));
        if (!host.await(() -> listens(port))) {
            throw new IllegalStateException("nothing listens on " + port);
        }
    }

    private boolean listens(int port) {
        try {
            return program("ss", "-Hltn").ask().contains(":%d ".formatted(port));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
