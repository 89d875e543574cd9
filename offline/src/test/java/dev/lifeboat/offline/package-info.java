/** Commands on a vault, by their command lines. */
@NullMarked
package dev.lifeboat.offline;

import org.jspecify.annotations.NullMarked;
