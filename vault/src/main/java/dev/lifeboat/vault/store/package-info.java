/**
 * Where a vault's objects lie: the port with its contract, the folder and the memory that implement it, and decorators
 * that retry, throttle, count and fail on purpose. Nothing here knows what the bytes mean.
 */
@NullMarked
package dev.lifeboat.vault.store;

import org.jspecify.annotations.NullMarked;
