package dev.lifeboat.vault;

import dev.lifeboat.vault.point.PointId;
import java.util.Optional;

/**
 * What an object about an owner says, by somebody with the right to the group. Whether it counts depends on what
 * happened before it.
 *
 * @param owner who is named
 * @param after the seal that ended the epoch before
 * @param signedBy the name of who says so
 * @param byOperator whether it is the operator who does
 */
record OwnerClaim(Owner owner, Optional<PointId> after, String signedBy, boolean byOperator) {}
