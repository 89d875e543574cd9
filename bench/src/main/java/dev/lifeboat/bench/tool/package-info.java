/** The tools that are compared, each behind the same small interface, and the metering of whole processes. */
@NullMarked
package dev.lifeboat.bench.tool;

import org.jspecify.annotations.NullMarked;
