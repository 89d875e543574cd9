package dev.lifeboat.nbd;

import java.util.List;
import java.util.Optional;

/**
 * The exports of a server. Asked by several threads at once, and anew for each client, so that exports may come and go;
 * a client that is connected keeps the one it has.
 */
public interface NbdExports {

    /** All that a client may be told of; an export may also be kept secret, and be found by its name alone. */
    List<NbdExport> list();

    /** The export of a name; the empty name stands for the default one. */
    default Optional<NbdExport> find(String name) {
        List<NbdExport> all = list();
        if (name.isEmpty() && all.size() == 1) {
            return Optional.of(all.getFirst());
        }
        return all.stream().filter(export -> export.name().equals(name)).findFirst();
    }

    /** These exports and no others; the only one of a list is also the default one. */
    static NbdExports of(List<? extends NbdExport> exports) {
        List<NbdExport> all = List.copyOf(exports);
        long names = all.stream().map(NbdExport::name).distinct().count();
        if (names != all.size()) {
            throw new IllegalArgumentException("Two exports have the same name");
        }
        return () -> all;
    }
}
