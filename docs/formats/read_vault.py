#!/usr/bin/python3
"""Reads a vault without Lifeboat: written from docs/formats/vault.md and nothing else.

    read_vault.py VAULTFOLDER (--kit FILE | --passphrase-file FILE) list
    read_vault.py VAULTFOLDER (--kit FILE | --passphrase-file FILE) extract GROUP@EPOCH-SLOT DISK OUTFILE
    read_vault.py --self-test

VAULTFOLDER holds the vault's objects as files, each at the path of its name. DISK is a disk's name,
or MACHINE/DISK where the point has two of that name. OUTFILE must not exist; it becomes sparse.

It writes nothing but OUTFILE, and trusts nothing in the folder: certificates, signatures, owners,
seals, the hash of every node, the fingerprint of every block and every tag are checked. A slot that
does not hold is listed as void; anything else that does not hold ends the script with status 1.

Needs Python 3.11 and, in the names of Debian 12, python3-cryptography, python3-zstandard and
python3-argon2. The functions are in the order of the page and under the names of its sections.
"""

import argparse
import hashlib
import hmac
import json
import re
import sys
import unicodedata
from datetime import datetime, timedelta, timezone
from pathlib import Path

import zstandard
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

BLOCK = 65536
LARGEST_NODE = 4096
LARGEST_OBJECT = 64 << 20
LARGEST_BODY = {"W": 1 << 20, "S": 64 << 10, "O": 64 << 10}
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class Wrong(Exception):
    """Something in the vault is not as the page says."""


class Newer(Exception):
    """Something has a format version that this script does not know; it stops, and guesses nothing."""


def check_version(found, what):
    if found != 0:
        raise Newer(f"{what} has the format version {found}; this script reads version 0")


def check(condition, complaint):
    if not condition:
        raise Wrong(complaint)


# ---------------------------------------------------------------------------------------- Notation


def u(length, number):
    return number.to_bytes(length, "big")


class Bytes:
    """Reads bytes from front to back."""

    def __init__(self, content):
        self.content, self.at = content, 0

    def take(self, length):
        check(self.at + length <= len(self.content), "it ends too early")
        self.at += length
        return self.content[self.at - length : self.at]

    def u(self, length):
        return int.from_bytes(self.take(length), "big")

    def end(self):
        check(self.at == len(self.content), "something follows its end")


def hkdf(secret, salt, info, length):
    return HKDF(SHA256(), length, salt or bytes(32), info).derive(secret)


def gcm_open(key, nonce, associated, sealed):
    try:
        return AESGCM(key).decrypt(nonce, sealed, associated)
    except (InvalidTag, ValueError) as e:
        raise Wrong("the tag does not fit") from e


def public(private):
    return private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def verify(key, signature, signed):
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, signed)
    except (InvalidSignature, ValueError) as e:
        raise Wrong("the signature does not fit") from e


def crc32c(content):
    """CRC-32C, bit by bit: the slot table is short."""
    crc = 0xFFFFFFFF
    for byte in content:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def json_object(content):
    def pairs(found):
        check(len({key for key, _ in found}) == len(found), "a key occurs twice in its JSON")
        return dict(found)

    def number(kind):
        def parse(text):
            check(len(text) <= 40, "a number of more than 40 characters")
            return kind(text)

        return parse

    def no_constant(text):
        raise Wrong(f"{text} is not JSON")

    def depth(value):
        if isinstance(value, dict):
            return 1 + max(map(depth, value.values()), default=0)
        if isinstance(value, list):
            return 1 + max(map(depth, value), default=0)
        return 0

    try:
        parsed = json.loads(
            content.decode("utf-8"),
            object_pairs_hook=pairs,
            parse_int=number(int),
            parse_float=number(float),
            parse_constant=no_constant,
        )
        check(isinstance(parsed, dict), "its JSON is not an object")
        check(depth(parsed) <= 64, "its JSON is nested too deeply")
    except (ValueError, RecursionError) as e:
        raise Wrong(f"it is not JSON: {e}") from e
    return parsed


def field(json_, key, kind):
    value = json_.get(key)
    check(isinstance(value, kind) and (kind is bool or not isinstance(value, bool)), f"its {key} is missing or wrong")
    return value


def text(json_, key):
    return field(json_, key, str)


def natural(json_, key, largest=2**63 - 1):
    value = field(json_, key, int)
    check(0 <= value <= largest, f"its {key} is out of range")
    return value


def name(json_, key):
    value = text(json_, key)
    check(NAME.fullmatch(value), f"its {key} is not a name")
    return value


def octets(json_, key, length):
    value = text(json_, key)
    check(re.fullmatch("[0-9a-f]*", value) and len(value) == 2 * length, f"its {key} is not {length} bytes")
    return bytes.fromhex(value)


def objects(json_, key, most=10000):
    value = field(json_, key, list)
    check(len(value) <= most, f"its {key} has too many entries")
    check(all(isinstance(entry, dict) for entry in value), f"its {key} is not a list of objects")
    return value


# ----------------------------------------------------------------- ML-KEM-768 (FIPS 203), q and n are
# its prime and its degree; k, eta, du and dv its parameters of the set 768. Section numbers are the
# standard's.

Q, N, K, ETA, DU, DV = 3329, 256, 3, 2, 10, 4


def bit_reversed(i):
    return int(f"{i:07b}"[::-1], 2)


ZETAS = [pow(17, bit_reversed(i), Q) for i in range(128)]
GAMMAS = [pow(17, 2 * bit_reversed(i) + 1, Q) for i in range(128)]


def ntt(f):  # 4.3, algorithm 9
    f, i, length = list(f), 1, 128
    while length >= 2:
        for start in range(0, N, 2 * length):
            for j in range(start, start + length):
                t = ZETAS[i] * f[j + length] % Q
                f[j], f[j + length] = (f[j] + t) % Q, (f[j] - t) % Q
            i += 1
        length //= 2
    return f


def inverse_ntt(f):  # algorithm 10
    f, i, length = list(f), 127, 2
    while length <= 128:
        for start in range(0, N, 2 * length):
            for j in range(start, start + length):
                t = f[j]
                f[j] = (t + f[j + length]) % Q
                f[j + length] = ZETAS[i] * (f[j + length] - t) % Q
            i -= 1
        length *= 2
    return [x * 3303 % Q for x in f]


def multiply(f, g):  # algorithms 11 and 12
    h = []
    for i in range(128):
        a0, a1, b0, b1 = f[2 * i], f[2 * i + 1], g[2 * i], g[2 * i + 1]
        h += [(a0 * b0 + a1 * b1 * GAMMAS[i]) % Q, (a0 * b1 + a1 * b0) % Q]
    return h


def add(f, g):
    return [(a + b) % Q for a, b in zip(f, g)]


def dot(fs, gs):
    total = [0] * N
    for f, g in zip(fs, gs):
        total = add(total, multiply(f, g))
    return total


def encode(f, d):  # algorithm 5: d bits of each coefficient, the lowest first
    return sum(x << (d * i) for i, x in enumerate(f)).to_bytes(32 * d, "little")


def decode(b, d):  # algorithm 6
    bits = int.from_bytes(b, "little")
    return [(bits >> (d * i)) % (1 << d) % (Q if d == 12 else 1 << d) for i in range(N)]


def compress(f, d):  # 4.2.1, rounded to the nearest
    return [((x << (d + 1)) + Q) // (2 * Q) % (1 << d) for x in f]


def decompress(f, d):
    return [(2 * x * Q + (1 << d)) >> (d + 1) for x in f]


def sample_ntt(seed):  # algorithm 7. 3 * 560 bytes are too few less than once in 2^500
    stream, out = hashlib.shake_128(seed).digest(1680), []
    for i in range(0, len(stream), 3):
        a, b, c = stream[i : i + 3]
        out += [d for d in (a + 256 * (b % 16), b // 16 + 16 * c) if d < Q]
    return out[:N]


def sample_cbd(seed, counter):  # algorithm 8 on PRF_2 (4.1)
    bits = int.from_bytes(hashlib.shake_256(seed + bytes([counter])).digest(64 * ETA), "little")
    four = [(bits >> (4 * i)) & 15 for i in range(N)]
    return [((x & 1) + (x >> 1 & 1) - (x >> 2 & 1) - (x >> 3)) % Q for x in four]


def sha3_512_halves(content):  # G of 4.1
    digest = hashlib.sha3_512(content).digest()
    return digest[:32], digest[32:]


def matrix(rho):
    return [[sample_ntt(rho + bytes([j, i])) for j in range(K)] for i in range(K)]


def ml_kem_key(seed):
    """KeyGen_internal(d, z), algorithms 13 and 16: the encapsulation key, s in NTT form, and z."""
    d, z = seed[:32], seed[32:]
    rho, sigma = sha3_512_halves(d + bytes([K]))
    a = matrix(rho)
    s = [ntt(sample_cbd(sigma, i)) for i in range(K)]
    e = [ntt(sample_cbd(sigma, K + i)) for i in range(K)]
    t = [add(dot(a[i], s), e[i]) for i in range(K)]
    return b"".join(encode(f, 12) for f in t) + rho, s, z


def ml_kem_encapsulate(key, m):
    """Encaps_internal, algorithms 14 and 17: the shared secret and the ciphertext."""
    shared, r = sha3_512_halves(m + hashlib.sha3_256(key).digest())
    t, a = [decode(key[384 * i : 384 * (i + 1)], 12) for i in range(K)], matrix(key[384 * K :])
    y = [ntt(sample_cbd(r, i)) for i in range(K)]
    e1 = [sample_cbd(r, K + i) for i in range(K)]
    e2 = sample_cbd(r, 2 * K)
    u_ = [add(inverse_ntt(dot([a[j][i] for j in range(K)], y)), e1[i]) for i in range(K)]
    v = add(add(inverse_ntt(dot(t, y)), e2), decompress(decode(m, 1), 1))
    return shared, b"".join(encode(compress(f, DU), DU) for f in u_) + encode(compress(v, DV), DV)


def ml_kem_decapsulate(seed, ciphertext):
    """Decaps_internal, algorithms 15 and 18."""
    key, s, z = ml_kem_key(seed)
    u_ = [decompress(decode(ciphertext[320 * i : 320 * (i + 1)], DU), DU) for i in range(K)]
    v = decompress(decode(ciphertext[320 * K :], DV), DV)
    product = inverse_ntt(dot(s, [ntt(f) for f in u_]))
    m = encode(compress([(a - b) % Q for a, b in zip(v, product)], 1), 1)
    shared, again = ml_kem_encapsulate(key, m)
    if hmac.compare_digest(again, ciphertext):
        return shared
    return hashlib.shake_256(z + ciphertext).digest(32)


# -------------------------------------------------------------------------------------------- Keys


class Keys:
    """All that follows from the root secret."""

    def __init__(self, root):
        self.vault = hkdf(root, b"", b"lifeboat/0 vault id", 16)
        self.tree = hkdf(root, b"", b"lifeboat/0 tree key", 32)
        self.fingerprint = hkdf(root, b"", b"lifeboat/0 fingerprint key", 32)
        self.x25519 = X25519PrivateKey.from_private_bytes(hkdf(root, b"", b"lifeboat/0 x25519", 32))
        self.ml_kem = hkdf(root, b"", b"lifeboat/0 ml-kem-768", 64)
        self.issuer = public(Ed25519PrivateKey.from_private_bytes(hkdf(root, b"", b"lifeboat/0 issuer", 32)))
        both = public(self.x25519) + ml_kem_key(self.ml_kem)[0]
        self.recipient = hashlib.sha256(both).digest()[:8]


def open_sealed_root(key_name, content, passphrase):
    """keys/NAME: the root secret, or Wrong."""
    from argon2.low_level import Type, hash_secret_raw

    sealed = json_object(content)
    check(sealed.get("format") == "lifeboat-key", "it is not of the format lifeboat-key")
    check_version(natural(sealed, "version"), "keys/" + key_name)
    check(sealed.get("kdf") == "argon2id", "its kdf is not argon2id")
    lanes = natural(sealed, "parallelism", 64)
    memory = natural(sealed, "memoryKiB", 1048576)
    iterations = natural(sealed, "iterations", 64)
    check(lanes >= 1 and iterations >= 1 and memory >= 8 * lanes, "its cost is out of range")
    vault = octets(sealed, "vault", 16)
    key = hash_secret_raw(
        passphrase, octets(sealed, "salt", 16), iterations, memory, lanes, 32, Type.ID, version=0x13
    )
    associated = b"lifeboat/0 key" + vault + key_name.encode()
    root = gcm_open(key, octets(sealed, "nonce", 12), associated, octets(sealed, "sealed", 48))
    check(Keys(root).vault == vault, "its root secret is another vault's")
    return root


def passphrase_of(content):
    """The passphrase in a file: its bytes without one line break at the end."""
    return content.removesuffix(b"\r\n") if content.endswith(b"\r\n") else content.removesuffix(b"\n")


CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def open_kit(content):
    """The recovery kit: the root secret."""
    parts, vault = {}, None
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    for line in re.split("\r\n|\r|\n", content.decode(encoding, "replace").replace("\ufeff", "")):
        found = re.fullmatch(r"\s*([1-4]|vault)\s*:(.*)", line, re.IGNORECASE)
        if not found:
            continue
        plain = "".join(c for c in found[2] if not c.isspace() and unicodedata.category(c) != "Pd").upper()
        if found[1].lower() == "vault":
            check(vault is None, "the kit has two vault lines")
            vault = plain.lower()
        else:
            i, value = int(found[1]), plain.replace("O", "0").replace("I", "1").replace("L", "1")
            check(i not in parts, f"line {i} of the kit is there twice")
            check(len(value) == 15 and all(c in CROCKFORD for c in value), f"line {i} of the kit is misread")
            number = sum(CROCKFORD.index(c) << (5 * (12 - j)) for j, c in enumerate(value[:13]))
            check(number < 2**64, f"line {i} of the kit is misread")
            parts[i] = u(8, number)
            digest = hashlib.sha256(b"lifeboat/0 kit" + u(1, i) + parts[i]).digest()
            bits = int.from_bytes(digest[:2], "big") >> 6
            check(value[13:] == CROCKFORD[bits >> 5] + CROCKFORD[bits & 31], f"line {i} of the kit is misread")
    check(len(parts) == 4, "the kit does not have the lines 1: to 4:")
    root = b"".join(parts[i] for i in (1, 2, 3, 4))
    check(vault is None or vault == Keys(root).vault.hex(), "the kit's vault line does not fit its lines 1: to 4:")
    return root


class Certificate:
    """Who signed, and for which groups; checked."""

    def __init__(self, content, keys):
        parts = Bytes(content)
        body = parts.take(parts.u(2))
        verify(keys.issuer, parts.take(64), b"lifeboat/0 certificate\0" + body)
        parts.end()
        said = json_object(body)
        check(octets(said, "vault", 16) == keys.vault, "the certificate is of another vault")
        self.writer = name(said, "writer")
        self.role = text(said, "role")
        check(self.role in ("writer", "operator"), "the certificate's role is unknown")
        self.key = octets(said, "key", 32)
        check((self.role == "operator") == (self.key == keys.issuer), "the certificate's key is not of its role")
        self.groups = field(said, "groups", list)
        check(len(self.groups) <= 900, "the certificate names too many groups")
        names = all(isinstance(group, str) and NAME.fullmatch(group) for group in self.groups)
        check(names or self.groups == ["*"], "the certificate's groups are wrong")

    def covers(self, group):
        return group in self.groups or "*" in self.groups


# ---------------------------------------------------------------------------------- Signed objects


class Signed:
    """A signed object: its certificate and its body, opened where it is sealed. Not yet who may sign it."""

    def __init__(self, object_name, content, kinds, keys):
        check(len(content) <= LARGEST_OBJECT, "it is too long")
        parts = Bytes(content)
        check(parts.take(8) == b"LIFEBOAT", "it does not begin with LIFEBOAT")
        self.kind = chr(parts.u(1))
        check_version(parts.u(1), object_name)
        check(self.kind in kinds, f"its kind {self.kind!a} does not belong here")
        sealed = self.kind in "MC"
        check(parts.u(2) == (1 if sealed else 0), "its flags are wrong")
        check(parts.u(4) == len(content) - 16, "its length is wrong")
        self.certificate = Certificate(parts.take(parts.u(2)), keys)
        salt = parts.take(16)
        before_length = content[: parts.at]
        body = parts.take(parts.u(4))
        signed = content[: parts.at]
        signature = parts.take(64)
        parts.end()
        named = object_name.encode()
        domain = b"lifeboat/0 object\0" + keys.vault + u(2, len(named)) + named
        verify(self.certificate.key, signature, domain + signed)
        if sealed:
            key = hkdf(keys.tree, salt, b"lifeboat/0 body" + named, 32)
            body = gcm_open(key, bytes(12), before_length, body)
        check(len(body) <= LARGEST_BODY.get(self.kind, LARGEST_OBJECT), "its body is too long")
        self.body = json_object(body)
        self.digest = hashlib.sha256(content).digest()
        check(octets(self.body, "vault", 16) == keys.vault, "its body is of another vault")


# ------------------------------------------------------------------------------------------- Vault


class Vault:
    """The objects in a folder, and what they say to who has the root secret."""

    def __init__(self, folder, keys):
        self.folder, self.keys = folder, keys
        self.session_keys, self.pack_keys = {}, {}
        description = self.object("vault.json")
        if description is not None:
            read = json_object(description)
            check(read.get("format") == "lifeboat-vault", "vault.json: it is not of the format lifeboat-vault")
            check_version(natural(read, "version"), "vault.json")
            check(octets(read, "vault", 16) == keys.vault, "the root secret is another vault's")
            check(read.get("blockSize") == BLOCK, "vault.json: its blockSize is not 65536")

    def object(self, object_name):
        path = self.folder / object_name
        return path.read_bytes() if path.is_file() else None

    def names(self, below, pattern):
        path = self.folder / below
        found = sorted(entry.name for entry in path.iterdir()) if path.is_dir() else []
        return [entry for entry in found if re.fullmatch(pattern, entry)]

    # Sessions

    def session_key(self, writer, session):
        if (writer, session) not in self.session_keys:
            object_name = f"writers/{writer}/{session.hex()}/open"
            try:
                self.session_keys[writer, session] = self.open_session(object_name, writer, session)
            except Wrong as e:
                raise Wrong(f"{object_name}: {e}") from e
        return self.session_keys[writer, session]

    def open_session(self, object_name, writer, session):
        content = self.object(object_name)
        check(content is not None, "it is missing")
        opened = Signed(object_name, content, "W", self.keys)
        check(opened.certificate.writer == writer == name(opened.body, "writer"), "it is of another writer")
        check(octets(opened.body, "session", 8) == session, "it is of another session")
        for recipient in objects(opened.body, "recipients", 100):
            if octets(recipient, "recipient", 8) == self.keys.recipient:
                return self.unwrap(session, recipient)
        raise Wrong("it has no key for this vault's operator")

    def unwrap(self, session, recipient):
        ephemeral, ciphertext = octets(recipient, "x25519", 32), octets(recipient, "ml-kem-768", 1088)
        try:
            x25519 = self.keys.x25519.exchange(X25519PublicKey.from_public_bytes(ephemeral))
        except ValueError as e:  # the library's word for a shared secret of zeros
            raise Wrong("its X25519 shared secret is zero") from e
        check(x25519 != bytes(32), "its X25519 shared secret is zero")
        shared = x25519 + ml_kem_decapsulate(self.keys.ml_kem, ciphertext)
        info = b"lifeboat/0 session" + self.keys.vault + session + ephemeral
        info += hashlib.sha256(ciphertext).digest() + self.keys.recipient
        return gcm_open(hkdf(shared, b"", info, 32), bytes(12), b"", octets(recipient, "sealed", 48))

    # Packs

    def slot(self, sessions, pack, slot, kind, offset, length):
        """The content of a slot; where the hint is wrong, from where the slot table has it."""
        if (pack, kind) not in self.pack_keys:
            if kind == 1:
                check(pack[:8] in sessions, f"pack {pack.hex()} is of a session that the point does not name")
                secret, info = self.session_key(sessions[pack[:8]], pack[:8]), b"lifeboat/0 blocks"
            else:
                secret, info = self.keys.tree, b"lifeboat/0 nodes"
            self.pack_keys[pack, kind] = hkdf(secret, pack, info, 32)
        key, nonce = self.pack_keys[pack, kind], bytes(8) + u(4, slot)
        associated = self.keys.vault + pack + u(4, slot) + u(1, kind)
        path = self.folder / "packs" / pack.hex()[-2:] / pack.hex()
        check(path.is_file(), f"pack {pack.hex()} is missing")
        with path.open("rb") as file:
            file.seek(offset)
            sealed = file.read(length)
        try:
            plain = gcm_open(key, nonce, associated, sealed)
        except Wrong:
            try:
                plain = gcm_open(key, nonce, associated, slot_by_table(path.read_bytes(), pack, slot, kind))
            except Wrong as e:
                raise Wrong(f"slot {slot} of pack {pack.hex()}: {e}") from e
        return plain_content(plain, BLOCK if kind == 1 else LARGEST_NODE)


def slot_by_table(content, pack, slot, kind):
    """Packs: the sealed slot, found by the slot table."""
    check(len(content) <= LARGEST_OBJECT, "the pack is too long")
    header = Bytes(content)
    check(header.take(9) == b"LIFEBOATP", "it does not begin like a pack")
    check_version(header.u(1), "pack " + pack.hex())
    check(header.u(2) == 0 and header.u(4) == len(content) - 16, "the pack's header is wrong")
    check(header.take(16) == pack, "the pack is another one")
    check(len(content) >= 48, "the pack is too short")
    footer = Bytes(content[-16:])
    slots, t, crc, end = footer.u(4), footer.u(4), footer.u(4), footer.take(4)
    check(end == b"PACK" and slots <= 65535 and t + 8 * slots + 16 == len(content), "the pack's end is wrong")
    check(crc32c(content[t:-16]) == crc, "the pack's slot table is damaged")
    check(slot < slots, "there is no such slot")
    table, at = Bytes(content[t:-16]), 32
    for number in range(slots):
        found, length, crc = table.u(1), table.u(3), table.u(4)
        if number == slot:
            sealed = content[at : at + length]
            check(found == kind, "the slot is of another kind")
            check(at + length <= t and crc32c(sealed) == crc, "the slot is damaged")
            return sealed
        at += length
    raise Wrong("there is no such slot")


def plain_content(plain, largest):
    check(plain[:1] in (b"\0", b"\1"), "a slot's codec is unknown")
    content = plain[1:]
    if plain[0] == 1:
        try:
            promised = zstandard.get_frame_parameters(content).content_size
            check(promised <= largest or promised == zstandard.CONTENTSIZE_UNKNOWN, "a slot's content is too long")
            frame = zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj()
            content = frame.decompress(content)
            check(frame.eof and not frame.unused_data, "a slot's payload is not one Zstandard frame")
        except zstandard.ZstdError as e:
            raise Wrong(f"a slot's payload is not a Zstandard frame: {e}") from e
    check(len(content) <= largest, "a slot's content is too long")
    return content


# ------------------------------------------------------------------------------------------- Trees


def bits(value):
    return [i for i in range(64) if value >> i & 1]


class Node:
    def __init__(self, content, level, hash_):
        parts = Bytes(content)
        check(parts.u(1) == level, "a node is of another level")
        packs = parts.u(1)
        stored, zero = parts.u(8), parts.u(8)
        check(packs <= stored.bit_count(), "a node names too many packs")
        check(stored & zero == 0, "a node's entry is stored and zero")
        self.zero = bits(zero)
        named = [parts.take(16) for _ in range(packs)]
        self.entries, digests = {}, b""
        for i in bits(stored):
            pack, slot, offset, length, digest = parts.u(1), parts.u(2), parts.u(4), parts.u(3), parts.take(16)
            check(pack < packs, "a node's entry is in a pack it does not name")
            self.entries[i] = (named[pack], slot, offset, length, digest)
            digests += digest
        parts.end()
        hashed = b"lifeboat/0 node" + u(1, level) + u(8, stored) + u(8, zero) + digests
        check(hashlib.sha256(hashed).digest()[:16] == hash_, "the hash of a node does not fit")


def extract(vault, point, disk, out):
    """Writes a disk. What is zero and what was never written stays a hole of the file."""
    size, root = disk["size"], disk["root"]
    out.truncate(size)
    blocks = -(-size // BLOCK)
    if root["state"] != "node":
        check(disk["stored"] == 0, "the number of stored blocks does not fit")
        return 0
    height = 1
    while 64**height < blocks:
        height += 1
    sessions = {bytes.fromhex(s["session"]): s["writer"] for s in point.body["sessions"]}

    def walk(level, start, entry):
        pack, slot, offset, length, hash_ = entry
        node = Node(vault.slot(sessions, pack, slot, 2, offset, length), level, hash_)
        written = 0
        for i in node.zero:
            check(start + i * 64**level < blocks, "a node's entry is beyond the disk's end")
        for i, child in node.entries.items():
            at = start + i * 64**level
            check(at < blocks, "a node's entry is beyond the disk's end")
            if level > 0:
                written += walk(level - 1, at, child)
                continue
            content = vault.slot(sessions, child[0], child[1], 1, child[2], child[3])
            check(len(content) == min(BLOCK, size - at * BLOCK), f"block {at} has a wrong length")
            fingerprint = hmac.digest(vault.keys.fingerprint, content, "sha256")[:16]
            check(fingerprint == child[4], f"the fingerprint of block {at} does not fit")
            out.seek(at * BLOCK)
            out.write(content)
            written += 1
        return written

    at, digest = (root["slot"], root["offset"], root["length"]), bytes.fromhex(root["hash"])
    written = walk(height - 1, 0, (bytes.fromhex(root["pack"]), *at, digest))
    check(written == disk["stored"], "the number of stored blocks does not fit")
    return written


# -------------------------------------------------------------------- Points, and Seals and owners


class Group:
    """What the slots of a group hold: points, seals, and void slots with the reason."""

    def __init__(self, vault, group):
        self.vault, self.group = vault, group
        self.points, self.seals, self.void = {}, {}, {}
        self.newest = None
        slots = vault.names(f"points/{group}", r"[0-9]{8}-[0-9]{10}")
        slots = sorted((int(slot[:8]), int(slot[9:])) for slot in slots)
        slots = [(epoch, slot) for epoch, slot in slots if epoch > 0 and slot > 0]
        for epoch in sorted({epoch for epoch, _ in slots}):
            self.read_epoch(epoch, [slot for e, slot in slots if e == epoch])

    def signed(self, object_name, kinds, epoch):
        content = self.vault.object(object_name)
        check(content is not None, f"{object_name} is missing")
        signed = Signed(object_name, content, kinds, self.vault.keys)
        check(signed.certificate.covers(self.group), "its certificate does not cover the group")
        check(text(signed.body, "group") == self.group, "its body is of another group")
        check(natural(signed.body, "epoch") == epoch, "its body is of another epoch")
        return signed

    def owner(self, epoch):
        """Who may put points into this epoch."""
        object_name = f"owners/{self.group}/{epoch:08}"
        try:
            signed = self.signed(object_name, "O", epoch)
            natural(signed.body, "at")
            return name(signed.body, "owner")
        except Wrong as e:
            raise Wrong(f"{object_name}: {e}") from e

    def read_epoch(self, epoch, slots):
        try:
            owner, complaint = self.owner(epoch), None
        except Wrong as e:
            owner, complaint = None, str(e)
        sealed = False
        for slot in slots:
            if sealed:
                self.void[epoch, slot] = "it comes after the seal of its epoch"
                continue
            object_name = f"points/{self.group}/{epoch:08}-{slot:010}"
            try:
                signed = self.signed(object_name, "MS", epoch)
                check(natural(signed.body, "slot") == slot, "its body is of another slot")
                if signed.kind == "S":
                    check(text(signed.body, "reason") in ("failover", "collector"), "its reason is unknown")
                    name(signed.body, "by"), natural(signed.body, "at")
                    self.seals[epoch, slot] = signed
                    sealed = True
                    continue
                check(signed.certificate.role == "writer", "a point by an operator")
                check(signed.certificate.writer == name(signed.body, "writer"), "its body is of another writer")
                check_manifest(signed.body)
                check(owner is not None, complaint)
                check(signed.certificate.writer == owner, f"the owner of the epoch is {owner}")
                self.points[epoch, slot] = signed
                self.newest = (epoch, slot)
            except Wrong as e:
                self.void[epoch, slot] = str(e)


def check_manifest(body):
    """Points: the body has every key that the page names, with a possible value."""
    octets(body, "session", 8)
    natural(body, "taken"), natural(body, "published"), field(body, "groupConsistent", bool)
    check(text(body, "consistency") in ("crash", "application"), "its consistency is unknown")
    check("parent" in body, "its parent is missing")
    if body["parent"] is not None:
        parent = field(body, "parent", dict)
        octets(parent, "digest", 32)
        place = natural(parent, "epoch"), natural(parent, "slot")
        check(min(place) > 0 and place < (body["epoch"], body["slot"]), "its parent does not come before it")
    for machine in objects(body, "machines"):
        name(machine, "name"), field(machine, "description", dict)
        for disk in objects(machine, "disks"):
            name(disk, "name")
            root, blocks = field(disk, "root", dict), -(-natural(disk, "size") // BLOCK)
            check(natural(disk, "stored") <= blocks, "a disk stores more blocks than it has")
            state = text(root, "state")
            check(state in ("hole", "zero", "node"), "the state of a root is unknown")
            check(blocks > 0 or state == "hole", "a disk of no blocks is no hole")
            if state == "node":
                octets(root, "pack", 16), octets(root, "hash", 16)
                natural(root, "slot", 65534), natural(root, "offset"), natural(root, "length", 2**24 - 1)
    for session in objects(body, "sessions"):
        name(session, "writer"), octets(session, "session", 8)
    statistics = field(body, "statistics", dict)
    for key in ("readBytes", "newBlocks", "storedBytes", "packs"):
        natural(statistics, key)


def disks(point):
    return [(machine["name"], disk) for machine in point.body["machines"] for disk in machine["disks"]]


def time(milliseconds):
    if milliseconds > 253402300799999:  # beyond the year 9999, which Python's calendar ends with
        return f"{milliseconds} ms"
    moment = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=milliseconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def list_points(vault):
    for group_name in vault.names("points", NAME):
        group = Group(vault, group_name)
        for epoch, slot in sorted([*group.points, *group.seals, *group.void]):
            point, seal = group.points.get((epoch, slot)), group.seals.get((epoch, slot))
            written = f"{group_name}@{epoch}-{slot}"
            if point is not None:
                newest = "  newest" if (epoch, slot) == group.newest else ""
                taken, consistency = time(point.body["taken"]), point.body["consistency"]
                print(f"{written}:{point.digest.hex()[:16]}  {taken}  {consistency}{newest}")
                for machine, disk in disks(point):
                    print(f"    {machine}/{disk['name']}  {disk['size']} bytes")
            elif seal is not None:
                print(f"{written}  seal  {seal.body['reason']}")
            else:
                print(f"{written}  void  {group.void[epoch, slot]}")


def find_disk(vault, point_name, disk_name):
    parsed = re.fullmatch(r"([A-Za-z0-9][A-Za-z0-9._-]{0,63})@([0-9]{1,8})-([0-9]{1,10})", point_name)
    check(parsed, f"{point_name} is not GROUP@EPOCH-SLOT")
    group = Group(vault, parsed[1])
    key = int(parsed[2]), int(parsed[3])
    check(key in group.points, f"{point_name} is not a point: {group.void.get(key, 'there is none of that name')}")
    found = [d for machine, d in disks(group.points[key]) if disk_name in (d["name"], machine + "/" + d["name"])]
    check(len(found) == 1, f"{point_name} has {len(found)} disks called {disk_name}")
    return group.points[key], found[0]


# ----------------------------------------------------------------------------------- Test vectors


def self_test():
    """The page's test vectors: all keys, the kit, the sealed root, the wrapped session key."""

    def same(what, found, wanted):
        check(found.hex() == wanted, f"{what} is {found.hex()} and should be {wanted}")

    root = bytes(range(32))
    kit = b"1: 00082-0C20A-1G78K\n2: 0G28A-1C60T-3GFZC\n3: 1048J-2CA1A-5GQT3\n4: 1G68T-3CE1T-7GZN7\n"
    same("root secret", open_kit(kit), root.hex())
    keys = Keys(root)
    same("vault id", keys.vault, "8a5e72b0c95483db04d616454e1d4cca")
    same("tree key", keys.tree, "af42187909163505a9e190ac0864e63746cd03311f4d2eeafd62e8787640a7f4")
    same("fingerprint key", keys.fingerprint, "adc6d6e65467db4a30240a5f98fbe4e41506f1dd8484b9f5b2f11023c93cf2b3")
    same("X25519 public key", public(keys.x25519), "d1da5f1d9afd01c1d9d9f9b0a1c3e35c6fa904a6b719f80c37db9062249a5d58")
    ml_kem = ml_kem_key(keys.ml_kem)[0]
    same("encapsulation key", hashlib.sha256(ml_kem).digest(), "831d9a3b7087a0422a2ea1c2718b90dcae35ca2442b280dd65016666b805139c")
    same("recipient", keys.recipient, "92aaeb93468f6862")
    same("issuer", keys.issuer, "5b9f216e4281880c7aed1f8ecabe28942c9e93f6fad3761a15631c084a387728")
    sealed = "dd565abccbc641706afd30aba570edf6808aa91e1990a03838a6b3483896da0031af9573098cced9db500332e0d91bfe"
    key = {"format": "lifeboat-key", "version": 0, "vault": keys.vault.hex(), "kdf": "argon2id", "memoryKiB": 32}
    key |= {"iterations": 3, "parallelism": 4, "salt": root[:16].hex(), "nonce": root[:12].hex(), "sealed": sealed}
    same("keys/main", open_sealed_root("main", json.dumps(key).encode(), b"correct horse battery staple"), root.hex())
    shared, ciphertext = ml_kem_encapsulate(ml_kem, bytes(range(0xA0, 0xC0)))
    same("ml-kem-768", hashlib.sha256(ciphertext).digest(), "652b83c265ef2fa947341aa79e168089df886d2b1beb1adc5ac10b7ebcb007e7")
    same("ML-KEM shared secret", ml_kem_decapsulate(keys.ml_kem, ciphertext), shared.hex())
    # FIPS 203 section 6.3: a ciphertext that was tampered with gives J(z, c), not an error.
    bent = bytes([ciphertext[0] ^ 1]) + ciphertext[1:]
    rejected = hashlib.shake_256(keys.ml_kem[32:] + bent).digest(32)
    same("implicit rejection", ml_kem_decapsulate(keys.ml_kem, bent), rejected.hex())
    recipient = {"x25519": "493e82fc74464a59268817623d2053c5eb8e2cc4a988b4fee179ec6b010d531d"}
    recipient["ml-kem-768"] = ciphertext.hex()
    recipient["sealed"] = "5e9c44f7a0823992fa6d42afc85f4e4b63b7f42c4bf782ecb819409029295c31f7443e15f1d34884102b5538b9b4d743"
    vault = Vault(Path("/nonexistent"), keys)
    same("session key", vault.unwrap(bytes(range(1, 9)), recipient), bytes(range(0x60, 0x80)).hex())
    check(crc32c(b"123456789") == 0xE3069283, "CRC-32C")


# ---------------------------------------------------------------------------------------- Command


def root_secret(folder, arguments):
    if arguments.kit:
        return open_kit(arguments.kit.read_bytes())
    passphrase, complaints = passphrase_of(arguments.passphrase_file.read_bytes()), []
    for path in sorted(p for p in (folder / "keys").glob("*") if NAME.fullmatch(p.name)):
        try:
            return open_sealed_root(path.name, path.read_bytes(), passphrase)
        except Wrong as e:
            complaints.append(f"keys/{path.name}: {e}")
    raise Wrong("the passphrase opens no key of the vault. " + "; ".join(complaints))


def main():
    if sys.argv[1:] == ["--self-test"]:
        self_test()
        print("All test vectors of the page fit.")
        return
    parser = argparse.ArgumentParser(description="Reads a vault without Lifeboat.")
    parser.add_argument("folder", type=Path)
    secret = parser.add_mutually_exclusive_group(required=True)
    secret.add_argument("--kit", type=Path, help="a file with the text of the recovery kit")
    secret.add_argument("--passphrase-file", type=Path)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list")
    extracting = commands.add_parser("extract")
    extracting.add_argument("point", metavar="GROUP@EPOCH-SLOT")
    extracting.add_argument("disk", help="DISK or MACHINE/DISK")
    extracting.add_argument("outfile", type=Path)
    arguments = parser.parse_args()
    vault = Vault(arguments.folder, Keys(root_secret(arguments.folder, arguments)))
    if arguments.command == "list":
        list_points(vault)
    else:
        point, disk = find_disk(vault, arguments.point, arguments.disk)
        with arguments.outfile.open("xb") as out:
            written = extract(vault, point, disk, out)
        print(f"{arguments.outfile}: {disk['size']} bytes, {written} blocks stored")


if __name__ == "__main__":
    try:
        main()
    except (Wrong, Newer, OSError) as failure:
        sys.exit(f"read_vault.py: {failure}")
