#!/usr/bin/python3
"""The shop's order service.

An order is answered once it is safe twice: committed to the database on "db",
and fsynced to the ledger on this machine's own disk. A client that got no
answer, or 503, sends the order again with the same token, and gets the very
order that its first attempt may have placed.
"""

import io
import json
import os
import re
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg2

LEDGER = "/var/lib/shop/ledger.tsv"
DATABASE = {
    "host": "db",
    "port": 5432,
    "dbname": "shop",
    "user": "shop",
    "connect_timeout": 2,
    # A machine that vanished does not close its connections: notice by silence.
    "tcp_user_timeout": 4000,
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "options": "-c statement_timeout=15s",
}
TOKEN = re.compile(r"[0-9A-Za-z-]{1,64}")
ITEM = re.compile(r"[a-z0-9-]{1,64}")
MAX_QUANTITY = 1000
MAX_BODY = 4096
# So long nobody tries to connect again: those who waited in line meanwhile would
# otherwise each wait for a time-out of their own.
PAUSE_AFTER_FAILURE = 0.5
LATEST = 10

COLUMNS = "number, token, item, quantity, checksum"

# One statement is one transaction, which takes the number, so that numbers have
# no gaps. It returns no row if the token is known.
PLACE = f"""
    WITH known AS (
        SELECT FROM orders WHERE token = %(token)s
    ), taken AS (
        UPDATE order_number SET last = last + 1
        WHERE NOT EXISTS (SELECT FROM known)
        RETURNING last
    )
    INSERT INTO orders ({COLUMNS})
    SELECT last, %(token)s, %(item)s, %(quantity)s,
        encode(sha256(convert_to(
            concat_ws('|', last, %(token)s, %(item)s, %(quantity)s),
            'UTF8')), 'hex')
    FROM taken
    RETURNING {COLUMNS}
"""


class Unavailable(Exception):
    """The order could not be made safe, or nobody knows whether it is."""


class BadRequest(Exception):
    """The client's mistake."""


class Orders:
    """The orders on "db". Connects when needed; any error drops the connection."""

    def __init__(self):
        self.connection = None
        self.pause_until = 0.0

    def place(self, token, item, quantity):
        """The order as (number, token, …), and whether it is new."""
        values = {"token": token, "item": item, "quantity": quantity}
        placed = self.query(PLACE, values)
        if placed:
            return placed[0], True
        known = self.query(f"SELECT {COLUMNS} FROM orders WHERE token = %(token)s", values)
        return known[0], False

    def latest(self):
        return self.query(f"SELECT {COLUMNS} FROM orders ORDER BY number DESC LIMIT {LATEST}")

    def count(self):
        return self.query("SELECT count(*) FROM orders")[0][0]

    def lines(self):
        """All orders as the lines of a book. No value needs COPY's escapes."""
        book = io.BytesIO()
        query = f"COPY (SELECT {COLUMNS} FROM orders ORDER BY number) TO STDOUT"
        self.run(lambda cursor: cursor.copy_expert(query, book))
        return book.getvalue()

    def query(self, sql, values=None):
        def execute(cursor):
            cursor.execute(sql, values)
            return cursor.fetchall()

        return self.run(execute)

    def run(self, work):
        try:
            if self.connection is None:
                self.connect()
            with self.connection.cursor() as cursor:
                return work(cursor)
        except psycopg2.Error as error:
            self.drop()
            raise Unavailable(f"the database: {' '.join(str(error).split())}") from error

    def connect(self):
        if time.monotonic() < self.pause_until:
            raise Unavailable("the database: away a moment ago")
        try:
            self.connection = psycopg2.connect(**DATABASE)
        except psycopg2.Error:
            self.pause_until = time.monotonic() + PAUSE_AFTER_FAILURE
            raise
        self.connection.autocommit = True

    def drop(self):
        connection, self.connection = self.connection, None
        if connection is not None:
            connection.close()


class Ledger:
    """The orders' numbers with all they say, as lines in a file on this machine."""

    def __init__(self, path):
        self.path = path
        self.file = None
        self.numbers = set()
        self.lines_written = 0
        self.size = 0

    def ensure(self, order):
        """Returns once the order's line is on the disk, and there only once."""
        if self.file is None:
            self.open()
        number = order[0]
        if number in self.numbers:
            return
        line = "\t".join(map(str, order)).encode() + b"\n"
        try:
            self.write(line)
            os.fsync(self.file)
        except OSError as error:
            self.undo()
            raise Unavailable(f"the ledger: {error}") from error
        self.size += len(line)
        self.lines_written += 1
        self.numbers.add(number)

    def write(self, line):
        if os.write(self.file, line) != len(line):
            raise OSError("only a part of the line was written")

    def undo(self):
        """Cuts off what may be only in memory, so that it is written anew."""
        try:
            os.ftruncate(self.file, self.size)
        except OSError as error:
            log(f"the ledger could not be cut back: {error}")
        os.close(self.file)
        self.file = None

    def open(self):
        """Opens the ledger and cuts off a line that a crash left unfinished."""
        folder = os.path.dirname(self.path)
        file = None
        try:
            file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
            with open(self.path, "rb") as reader:
                content = reader.read()
            size = content.rfind(b"\n") + 1
            if size != len(content):
                log(f"cutting {len(content) - size} bytes of an unfinished line off the ledger")
                os.ftruncate(file, size)
            os.fsync(file)
            # The file's name, and the folder's, have to be on the disk as well.
            fsync_folder(folder)
            fsync_folder(os.path.dirname(folder))
        except OSError as error:
            if file is not None:
                os.close(file)
            raise Unavailable(f"the ledger: {error}") from error
        self.file, self.size = file, size
        self.lines_written = content.count(b"\n")
        fields = (line.split(b"\t", 1)[0] for line in content[:size].splitlines())
        self.numbers = {int(field) for field in fields if field.isdigit()}

    def check(self):
        """Fails unless a line could be written now."""
        if self.file is None:
            self.open()
        try:
            disk = os.fstatvfs(self.file)
            os.fsync(self.file)
        except OSError as error:
            raise Unavailable(f"the ledger: {error}") from error
        if disk.f_flag & os.ST_RDONLY:
            raise Unavailable("the ledger: the file system is read-only")
        if disk.f_bavail == 0:
            raise Unavailable("the ledger: the disk is full")

    def count(self):
        if self.file is None:
            self.open()
        return self.lines_written

    def lines(self):
        if self.file is None:
            self.open()
        try:
            with open(self.path, "rb") as reader:
                return reader.read(self.size)
        except OSError as error:
            raise Unavailable(f"the ledger: {error}") from error


class Shop:
    """Does one thing at a time, so that both books are in the orders' order."""

    def __init__(self):
        self.lock = threading.Lock()
        self.orders = Orders()
        self.ledger = Ledger(LEDGER)

    def place(self, token, item, quantity):
        with self.lock:
            order, new = self.orders.place(token, item, quantity)
            self.ledger.ensure(order)
            return order, new

    def latest(self):
        with self.lock:
            return self.orders.latest()

    def check(self):
        with self.lock:
            self.orders.query("SELECT last FROM order_number")
            self.ledger.check()

    def counts(self):
        with self.lock:
            return self.orders.count(), self.ledger.count()

    def order_lines(self):
        with self.lock:
            return self.orders.lines()

    def ledger_lines(self):
        with self.lock:
            return self.ledger.lines()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # A client that is silent for longer is let go.
    timeout = 60
    # An answer goes out in one piece: buffered, and flushed after each request.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self):
        self.answer(
            {
                "/health": self.get_health,
                "/orders": self.get_latest,
                "/books": self.get_counts,
                "/books/orders": lambda: self.send_lines(shop.order_lines()),
                "/books/ledger": lambda: self.send_lines(shop.ledger_lines()),
            }
        )

    def do_POST(self):
        self.answer({"/orders": self.post_order})

    def answer(self, routes):
        try:
            route = routes.get(self.path.split("?")[0])
            if route is None:
                # A body may follow, which nobody will read.
                self.close_connection = True
                self.send_json(404, {"error": "there is nothing here"})
            else:
                route()
        except BadRequest as error:
            self.send_json(400, {"error": str(error)})
        except Unavailable as error:
            log(error)
            self.send_json(503, {"error": str(error)})

    def get_health(self):
        shop.check()
        self.send_json(200, {"status": "ok"})

    def get_latest(self):
        self.send_json(200, {"orders": [as_json(order) for order in shop.latest()]})

    def get_counts(self):
        orders, ledger = shop.counts()
        self.send_json(200, {"orders": orders, "ledger": ledger})

    def post_order(self):
        order, new = shop.place(*parse_order(self.read_body()))
        self.send_json(201 if new else 200, as_json(order))

    def read_body(self):
        length = self.headers.get("Content-Length", "")
        if not re.fullmatch(r"[0-9]{1,9}", length) or int(length) > MAX_BODY:
            self.close_connection = True
            raise BadRequest(f"a body of known length, up to {MAX_BODY} bytes, is needed")
        return self.rfile.read(int(length))

    def send_json(self, status, value):
        self.send(status, "application/json", json.dumps(value, separators=(",", ":")).encode() + b"\n")

    def send_lines(self, lines):
        self.send(200, "text/tab-separated-values; charset=utf-8", lines)

    def send(self, status, content_type, body):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, *_):
        """Says nothing: the books tell what was ordered."""


def parse_order(body):
    try:
        order = json.loads(body)
    except ValueError as error:
        raise BadRequest("the body is not JSON") from error
    if not isinstance(order, dict):
        raise BadRequest("the body is not a JSON object")
    token, item, quantity = (order.get(key) for key in ("token", "item", "quantity"))
    if not isinstance(token, str) or not TOKEN.fullmatch(token):
        raise BadRequest("token: 1 to 64 letters, digits and hyphens")
    if not isinstance(item, str) or not ITEM.fullmatch(item):
        raise BadRequest("item: 1 to 64 small letters, digits and hyphens")
    if type(quantity) is not int or not 1 <= quantity <= MAX_QUANTITY:
        raise BadRequest(f"quantity: a whole number from 1 to {MAX_QUANTITY}")
    return token, item, quantity


def as_json(order):
    return dict(zip(COLUMNS.split(", "), order))


def fsync_folder(path):
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def log(message):
    print(message, file=sys.stderr, flush=True)


shop = Shop()

if __name__ == "__main__":
    try:
        shop.ledger.open()
    except Unavailable as problem:
        log(problem)  # and told to whoever asks, until it is solved
    server = ThreadingHTTPServer(("127.0.0.1", 8000), Handler)
    server.daemon_threads = True
    server.serve_forever()
