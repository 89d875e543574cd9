/** Commands that work on a vault where they stand, without a server. */
@NullMarked
package dev.lifeboat.offline;

import org.jspecify.annotations.NullMarked;
