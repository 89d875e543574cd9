SET ROLE shop;

CREATE TABLE orders (
    number bigint PRIMARY KEY,
    token text NOT NULL UNIQUE,
    item text NOT NULL,
    quantity integer NOT NULL,
    checksum text NOT NULL,
    placed_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE order_number (
    last bigint NOT NULL
);

CREATE UNIQUE INDEX order_number_has_one_row ON order_number ((true));

INSERT INTO order_number VALUES (0);

