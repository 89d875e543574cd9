package dev.lifeboat.vault.seed;

import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.pack.Block;
import dev.lifeboat.vault.pack.PackId;
import dev.lifeboat.vault.pack.PackTable;
import dev.lifeboat.vault.pack.SlotKind;
import dev.lifeboat.vault.pack.SlotOpener;
import dev.lifeboat.vault.pack.Zstandard;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Looks at every slot of a pack in memory: its checksum always, and whether it opens as far as there are keys. Not for
 * use by several threads.
 */
final class SeedPackCheck {

    private final Map<SlotKind, SlotOpener> openers = new EnumMap<>(SlotKind.class);
    private final byte[] content = new byte[Block.SIZE];

    /**
     * With the keys of a vault, or none.
     *
     * @param kinds of slots that these keys open
     */
    SeedPackCheck(Optional<Vault> keys, Set<SlotKind> kinds) {
        keys.ifPresent(vault -> kinds.forEach(kind -> openers.put(
                kind,
                new SlotOpener(
                        kind, vault.anchor().vault().bytes(), vault.packKeys(), new Zstandard(Zstandard.LEVEL)))));
    }

    /** What is wrong with a pack; empty when nothing is. */
    Optional<String> problem(PackId pack, byte[] object) {
        try {
            PackTable table = table(pack, object);
            for (PackTable.Entry entry : table.entries()) {
                int at = entry.address().offset();
                int slot = entry.address().slot();
                if (!entry.matches(object, at)) {
                    return Optional.of("slot %d has a wrong checksum".formatted(slot));
                }
                SlotOpener opener = openers.get(entry.kind());
                if (opener != null
                        && opener.open(pack, slot, object, at, entry.address().length(), content) < 0) {
                    return Optional.of("slot %d does not open".formatted(slot));
                }
            }
            return Optional.empty();
        } catch (LifeboatException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static PackTable table(PackId pack, byte[] object) {
        return PackTable.read(pack, object.length, (offset, into) -> {
            into.put(ByteBuffer.wrap(object, (int) offset, into.remaining()));
        });
    }
}
