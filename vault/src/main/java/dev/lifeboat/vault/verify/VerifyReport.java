package dev.lifeboat.vault.verify;

import dev.lifeboat.vault.point.PointId;
import java.util.List;
import java.util.TreeSet;

/**
 * What a look through a vault came to.
 *
 * @param points how many points were looked at
 * @param nodes how many different nodes their trees have
 * @param blocks how many different stored blocks their trees lead to
 * @param packs in how many packs those are
 * @param bytes the length of these packs
 * @param dataRead whether every block was opened
 * @param findings what is wrong, by object
 */
public record VerifyReport(
        long points, long nodes, long blocks, long packs, long bytes, boolean dataRead, List<Finding> findings) {

    public VerifyReport {
        findings = List.copyOf(findings);
    }

    /** Whether nothing is wrong. */
    public boolean sound() {
        return findings.isEmpty();
    }

    /** All points that something is wrong with, in order. */
    public List<PointId> affected() {
        TreeSet<PointId> affected = new TreeSet<>();
        findings.forEach(finding -> affected.addAll(finding.points()));
        return List.copyOf(affected);
    }
}
