/** The contract of networks as tests, and networks in memory for others' tests. */
@NullMarked
package dev.lifeboat.network;

import org.jspecify.annotations.NullMarked;
