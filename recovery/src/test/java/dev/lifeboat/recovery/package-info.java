/** Tests of recoveries on a host that is in memory, but for the files of recoveries. */
@NullMarked
package dev.lifeboat.recovery;

import org.jspecify.annotations.NullMarked;
