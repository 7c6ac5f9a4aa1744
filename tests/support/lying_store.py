"""An S3 server (path style, one bucket, signatures not looked at) that keeps the rules but for what its lies break.

Keys and names are text with surrogate escapes, so that any bytes can be one. LyingStore.lie and LyingStore.listing_lie
name what it does wrong (store_lies.py) and may be changed between two commands; only `victim` is mistreated.
"""

import base64
import collections
import hashlib
import re
import threading
import time
import urllib.parse
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

import store_lies
from wire_http import Response, Server

BUCKET = "bucket"
PIECE = 65_536
RANGE = re.compile(r"bytes=(\d+)-(\d*)")


def crc32c(data):
    """RFC 3720, table by table: slow, for small objects."""
    value = 0xFFFFFFFF
    for byte in data:
        value = CRC_TABLE[(value ^ byte) & 0xFF] ^ (value >> 8)
    return value ^ 0xFFFFFFFF


def _crc_entry(value):
    for _ in range(8):
        value = (value >> 1) ^ (0x82F63B78 if value & 1 else 0)
    return value


CRC_TABLE = [_crc_entry(byte) for byte in range(256)]


@dataclass
class Stored:
    """An object: what it holds and what is said of it."""

    body: bytes
    etag: str = ""
    headers: dict = field(default_factory=dict)  # of a GET that gives the whole of it, and of a HEAD

    def __post_init__(self):
        self.etag = self.etag or hashlib.md5(self.body).hexdigest()


def with_crc32c(body):
    """As one that was put with this checksum, in parts: the ETag says nothing."""
    checksum = base64.b64encode(crc32c(body).to_bytes(4, "big")).decode()
    return Stored(body, f"{hashlib.md5(body).hexdigest()}-2",
                  {"x-amz-checksum-crc32c": checksum, "x-amz-checksum-type": "FULL_OBJECT"})


def in_parts(body):
    return Stored(body, f"{hashlib.md5(body).hexdigest()}-3")


def without_digest(body):
    """The ETag is no digest of anything."""
    return Stored(body, "v1-" + hashlib.sha1(body).hexdigest()[:12])


def stored(objects):
    return {key: Stored(body) if isinstance(body, bytes) else body for key, body in objects.items()}


def quoted(text):
    return urllib.parse.quote(text.encode(errors="surrogateescape"), safe="/")


class Exchange:
    """One GET of one object, with what the rules ask for."""

    def __init__(self, store, request, key, connection):
        self.store, self.request, self.key, self.connection = store, request, key, connection
        self.stored = store.objects[key]
        self.count = store.gets[key]  # from 1
        size = len(self.stored.body)
        wanted = RANGE.fullmatch(request.headers.get("range", ""))
        self.ranged = wanted is not None
        self.first = int(wanted[1]) if wanted else 0
        self.last = min(int(wanted[2]), size - 1) if wanted and wanted[2] else size - 1

    @property
    def part(self):
        return memoryview(self.stored.body)[self.first:self.last + 1]

    def headers(self):
        found = {"ETag": f'"{self.stored.etag}"', "Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT",
                 "Accept-Ranges": "bytes", "Content-Type": "application/octet-stream"}
        size = len(self.stored.body)
        if self.ranged:
            found["Content-Range"] = f"bytes {self.first}-{self.last}/{size}"
        if self.last + 1 - self.first == size:
            found.update(self.stored.headers)
        return found

    def send(self, body, length=None, headers=None, status=None):
        """A head that says `length`, and the body."""
        lines = [f"HTTP/1.1 {status or (206 if self.ranged else 200)} OK",
                 f"Content-Length: {len(body) if length is None else length}"]
        lines += [f"{name}: {value}" for name, value in (headers or self.headers()).items()]
        self.connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        for start in range(0, len(body), PIECE):
            self.store.pace(PIECE)
            self.connection.sendall(body[start:start + PIECE])
            self.store.sent += len(body[start:start + PIECE])
        return True

    def refuse(self, status, code, text, **headers):
        self.connection.sendall(refusal(status, code, text, **headers).render(self.request))
        return True


def refusal(status, code, text, **headers):
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{text}</Message></Error>'
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, body.encode(), {"Content-Type": "application/xml", **named})


class LyingStore(Server):
    """`objects`: key to bytes or Stored. It counts what it is asked for."""

    def __init__(self, objects, victim=None, port=0):
        super().__init__(None, port)
        self.objects = stored(objects)
        self.victim = victim
        self.lie = self.listing_lie = "honest"
        self.listed_besides = {}  # what a list shows besides, and nobody can get
        self.page_size, self.bytes_per_second = 1000, None
        self.released = threading.Event()
        self.lock = threading.Lock()
        self.forget()

    def forget(self):
        """Counts anew."""
        self.gets, self.asked_bytes = collections.Counter(), collections.Counter()
        self.lists, self.sent, self.started = 0, 0, time.monotonic()

    def list_besides(self, objects):
        self.listed_besides = stored(objects)

    def pace(self, size):
        """All connections share the bandwidth."""
        if self.bytes_per_second:
            self.released.wait(max(0, self.started + (self.sent + size) / self.bytes_per_second - time.monotonic()))

    def serve(self, request, connection):
        path, _, query = request.target.partition("?")
        bucket, _, key = urllib.parse.unquote_to_bytes(path).decode(errors="surrogateescape")[1:].partition("/")
        parameters = dict(urllib.parse.parse_qsl(query, keep_blank_values=True, errors="surrogateescape"))
        if bucket != BUCKET or request.method not in ("GET", "HEAD"):
            answer = refusal(404 if request.method in ("GET", "HEAD") else 405, "NoSuchBucket", "there is none")
        elif not key:
            answer = self.listing(parameters)
        elif key not in self.objects:
            answer = refusal(404, "NoSuchKey", "The specified key does not exist.")
        elif request.method == "HEAD":
            stored = self.objects[key]
            answer = Response(200, stored.body, {"ETag": f'"{stored.etag}"', **stored.headers})
        else:
            return self.object(request, key, connection)
        connection.sendall(answer.render(request))
        return True

    def object(self, request, key, connection):
        with self.lock:
            self.gets[key] += 1
            exchange = Exchange(self, request, key, connection)
            self.asked_bytes[key] += max(0, exchange.last + 1 - exchange.first)
        if exchange.ranged and exchange.first >= len(exchange.stored.body):
            return exchange.refuse(416, "InvalidRange", "The requested range is not satisfiable")
        lie = self.lie if self.victim in (None, key) else "honest"
        return store_lies.OBJECT_LIES[lie](exchange)

    def listing(self, parameters):
        with self.lock:
            self.lists += 1
        page = Page(self, parameters)
        store_lies.LISTING_LIES[self.listing_lie](page)
        return page.refused or Response(200, page.xml(), {"Content-Type": "application/xml"})

    def __exit__(self, *_):
        self.released.set()
        super().__exit__()


class Page:
    """One page of ListObjectsV2. Lies change it before it is written."""

    def __init__(self, store, parameters):
        self.store, self.refused, self.cut = store, None, False
        self.encoded = parameters.get("encoding-type") == "url"
        self.prefix, self.token = parameters.get("prefix", ""), parameters.get("continuation-token")
        shown = [*store.objects.items(), *store.listed_besides.items()]
        found = sorted(((key, stored) for key, stored in shown if key.startswith(self.prefix)),
                       key=lambda item: item[0].encode(errors="surrogateescape"))
        start = int(self.token) if (self.token or "").isdigit() else 0
        end = start + min(store.page_size, int(parameters.get("max-keys", 1000)))
        self.objects, self.next_token = found[start:end], str(end) if end < len(found) else None

    def refuse(self, *words, **headers):
        self.refused = refusal(*words, **headers)

    def text(self, name):
        return quoted(name) if self.encoded else escape(name, {"\n": "&#10;", "\r": "&#13;"})

    def xml(self):
        lines = ['<?xml version="1.0" encoding="UTF-8"?>',
                 f'<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>{BUCKET}</Name>',
                 f"<Prefix>{self.text(self.prefix)}</Prefix><KeyCount>{len(self.objects)}</KeyCount><MaxKeys>1000</MaxKeys>",
                 "<EncodingType>url</EncodingType>" if self.encoded else "",
                 f"<IsTruncated>{'true' if self.next_token else 'false'}</IsTruncated>",
                 f"<NextContinuationToken>{self.next_token}</NextContinuationToken>" if self.next_token else ""]
        lines += [f"<Contents><Key>{self.text(key)}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>"
                  f"<ETag>&quot;{stored.etag}&quot;</ETag><Size>{len(stored.body)}</Size>"
                  "<StorageClass>STANDARD</StorageClass></Contents>" for key, stored in self.objects]
        whole = "".join(lines + ["</ListBucketResult>"]).encode(errors="surrogateescape")
        return whole[:len(whole) * 2 // 3] if self.cut else whole
