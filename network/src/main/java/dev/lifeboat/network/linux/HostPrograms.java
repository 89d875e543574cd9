package dev.lifeboat.network.linux;

import dev.lifeboat.host.Program;

/** Makes programs that run in the namespaces of the host whose networks are meant. Safe for use by several threads. */
@FunctionalInterface
public interface HostPrograms {

    /** Those of the host that this process is in. */
    HostPrograms HERE = Program::of;

    /** The program, to be run there. */
    Program program(String... command);
}
