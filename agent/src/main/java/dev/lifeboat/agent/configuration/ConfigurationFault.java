package dev.lifeboat.agent.configuration;

/** A line that cannot be read on from. */
final class ConfigurationFault extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int line;

    ConfigurationFault(int line, String message) {
        super(message);
        this.line = line;
    }

    int line() {
        return line;
    }
}
