package dev.lifeboat.vault.store;

/** What a store can be asked for. */
public enum StoreOperation {
    /** {@link BlobStore#putIfAbsent}. */
    PUT,
    /** {@link BlobStore#get}. */
    GET,
    /** {@link BlobStore#getRange}. */
    GET_RANGE,
    /** {@link BlobStore#head}. */
    HEAD,
    /** {@link BlobStore#list}. */
    LIST,
    /** {@link BlobStore#delete}. */
    DELETE
}
