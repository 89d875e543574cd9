package dev.lifeboat.lab.shop;

import com.fasterxml.jackson.annotation.JsonValue;

/** The two books of the shop. */
public enum BookName {
    /** The table in the database on the machine db: the truth of the shop. */
    ORDERS("orders", "db's book of orders"),
    /** The file on the disk of the machine web: written after db's commit and before the answer. */
    LEDGER("ledger", "web's ledger");

    private final String key;
    private final String description;

    BookName(String key, String description) {
        this.key = key;
        this.description = description;
    }

    /** Its name in addresses and documents. */
    @JsonValue
    public String key() {
        return key;
    }

    /** Its name in a sentence. */
    public String description() {
        return description;
    }
}
