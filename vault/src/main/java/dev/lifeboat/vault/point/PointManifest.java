package dev.lifeboat.vault.point;

import dev.lifeboat.vault.key.SessionId;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a point says.
 *
 * @param id its name
 * @param writer who made it
 * @param session in which it was made
 * @param taken the moment of the disks' content
 * @param published shortly before it was put
 * @param consistency in what state the disks are
 * @param groupConsistent whether all disks of all machines are of the same moment
 * @param parent the point before, if there is one
 * @param machines of the group
 * @param sessions whose packs its trees use
 * @param statistics what making it took
 */
public record PointManifest(
        PointId id,
        String writer,
        SessionId session,
        Instant taken,
        Instant published,
        Consistency consistency,
        boolean groupConsistent,
        @Nullable Parent parent,
        List<MachineRecord> machines,
        List<SessionRef> sessions,
        PointStatistics statistics) {

    /**
     * The point before, and its content.
     *
     * @param epoch of the point before
     * @param slot of the point before
     * @param digest SHA-256 of its object, in hexadecimal
     */
    public record Parent(int epoch, long slot, String digest) {

        /** Of the point whose object has this SHA-256. */
        public static Parent of(PointId id, byte[] objectDigest) {
            return new Parent(id.epoch(), id.slot(), HexFormat.of().formatHex(objectDigest));
        }
    }

    public PointManifest {
        machines = List.copyOf(machines);
        sessions = List.copyOf(sessions);
    }

    /** Its machine of this name, if it has one. */
    public Optional<MachineRecord> machine(String machine) {
        return machines.stream().filter(one -> one.name().equals(machine)).findFirst();
    }
}
