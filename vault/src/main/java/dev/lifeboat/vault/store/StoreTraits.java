package dev.lifeboat.vault.store;

/**
 * What a store says that it can do. Saying is not proof: before a vault is attached the store is probed with racing
 * writers.
 *
 * @param conditionalPut of several writers of one name exactly one is told that it created the object
 * @param objectLock objects can be put under a lock that outlasts a thief with the writer's rights
 * @param strongListing a listing shows every object whose put was answered before the listing began
 */
public record StoreTraits(boolean conditionalPut, boolean objectLock, boolean strongListing) {}
