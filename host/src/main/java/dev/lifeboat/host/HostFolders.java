package dev.lifeboat.host;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where Lifeboat keeps what on a host. None of them has to exist.
 *
 * @param configuration what the administrator of the host has set
 * @param userConfiguration what the user has set
 * @param logs what the services write
 * @param state what must survive a restart
 * @param cache what can be made again
 */
public record HostFolders(Path configuration, Path userConfiguration, Path logs, Path state, Path cache) {

    /** The environment variable that names another folder for what must survive. */
    public static final String STATE_VARIABLE = "LIFEBOAT_STATE_DIR";

    /** The environment variable that names another folder for what can be made again. */
    public static final String CACHE_VARIABLE = "LIFEBOAT_CACHE_DIR";

    /** The usual places, but for those that the environment moves. */
    public static HostFolders of(Map<String, String> environment, Path home) {
        return new HostFolders(
                Path.of("/etc/lifeboat"),
                home.resolve(".config/lifeboat"),
                Path.of("/var/log/lifeboat"),
                Path.of(environment.getOrDefault(STATE_VARIABLE, "/var/lib/lifeboat")),
                Path.of(environment.getOrDefault(
                        CACHE_VARIABLE, home.resolve(".cache/lifeboat").toString())));
    }

    /** The folder below which every lab has its own. */
    public Path labs() {
        return state.resolve("lab");
    }

    /** The cache of the labs' guest images. */
    public Path guestImages() {
        return cache.resolve("lab");
    }
}
