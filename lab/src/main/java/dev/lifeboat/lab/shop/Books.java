package dev.lifeboat.lab.shop;

/**
 * Both books of a shop, read at one moment or from one recovery point.
 *
 * @param orders db's
 * @param ledger web's
 */
public record Books(Book orders, Book ledger) {

    public Books {
        if (orders.name() != BookName.ORDERS || ledger.name() != BookName.LEDGER) {
            throw new IllegalArgumentException("the books are mixed up");
        }
    }
}
