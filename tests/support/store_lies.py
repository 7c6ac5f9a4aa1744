"""The ways in which a LyingStore breaks the rules: with one GET of an object, or with one page of a list.

A lie about an object deals with an Exchange and returns whether the connection goes on.
"""

import dataclasses
import email.utils
import random
import socket
import struct
import time

from wire_http import Response

BUSY_ANSWERS = 2


def honest(exchange):
    expected = exchange.request.headers.get("if-match", "").strip('"')
    if expected and expected != exchange.stored.etag:
        return exchange.refuse(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
    return exchange.send(exchange.part)


def busy(exchange, status, retry_after):
    return exchange.refuse(status, "SlowDown", "Please reduce your request rate.", Retry_After=retry_after)


def busy_503_then_well(exchange):
    return busy(exchange, 503, "1") if exchange.count <= BUSY_ANSWERS else honest(exchange)


def busy_429_then_well(exchange):
    if exchange.count > BUSY_ANSWERS:
        return honest(exchange)
    return busy(exchange, 429, email.utils.formatdate(time.time() + 1, usegmt=True))


def busy_for_ever(exchange):
    return busy(exchange, 503, "1")


def refused(exchange):
    return exchange.refuse(403, "AccessDenied", "Access Denied")


def gone(exchange):
    return exchange.refuse(404, "NoSuchKey", "The specified key does not exist.")


def reset(exchange):
    """At a random byte; what was sent before may or may not arrive."""
    end = random.Random(exchange.count).randrange(len(exchange.part))
    exchange.send(exchange.part[:end], length=len(exchange.part))
    exchange.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    exchange.connection.close()
    return False


def reset_once(exchange):
    return reset(exchange) if exchange.count == 1 else honest(exchange)


def stall(exchange):
    """Half of it, and then silence."""
    exchange.send(exchange.part[:len(exchange.part) // 2], length=len(exchange.part))
    exchange.store.released.wait(120)
    return False


def stall_once(exchange):
    return stall(exchange) if exchange.count == 1 else honest(exchange)


def short_with_honest_length(exchange):
    return exchange.send(exchange.part[:len(exchange.part) // 2])


def short_with_honest_range(exchange):
    """As a server may that caps what it gives at once."""
    exchange.last = exchange.first + max(1, len(exchange.part) // 2) - 1
    return exchange.send(exchange.part)


def short_of_its_length(exchange):
    exchange.send(exchange.part[:len(exchange.part) // 2], length=len(exchange.part))
    return False


def long(exchange):
    return exchange.send(bytes(exchange.part) + b"more than was asked for")


def whole_instead_of_range(exchange):
    exchange.ranged, exchange.first, exchange.last = False, 0, len(exchange.stored.body) - 1
    return exchange.send(exchange.part)


def another_range(exchange):
    """Other bytes than those asked for, and it says so."""
    size = len(exchange.part)
    exchange.ranged = True
    exchange.first += 1 if exchange.first == 0 else -1
    exchange.last = min(exchange.first + size - 1, len(exchange.stored.body) - 1)
    return exchange.send(exchange.part)


def replaced(exchange):
    """From the second GET on it is another object of that size."""
    if exchange.count > 1:
        other = bytes(len(exchange.stored.body))
        exchange.stored = dataclasses.replace(exchange.stored, body=other, etag="0" * 32)


def replaced_and_noticed(exchange):
    replaced(exchange)
    return honest(exchange)


def replaced_unnoticed(exchange):
    """A server that does not know If-Match: the new ETag is all that tells."""
    replaced(exchange)
    return exchange.send(exchange.part)


def flipped(exchange):
    """One bit in the middle of the object."""
    part, middle = bytearray(exchange.part), len(exchange.stored.body) // 2
    if exchange.first <= middle <= exchange.last:
        part[middle - exchange.first] ^= 1
    return exchange.send(part)


OBJECT_LIES = {lie.__name__: lie for lie in (
    honest, busy_503_then_well, busy_429_then_well, busy_for_ever, refused, gone, reset_once, reset, stall_once, stall,
    short_with_honest_length, short_with_honest_range, short_of_its_length, long, whole_instead_of_range, another_range,
    replaced_and_noticed, replaced_unnoticed, flipped)}


def every_object(_):
    pass


def repeated_token(page):
    """The first page, for ever."""
    page.objects, page.next_token = page.objects[:1], "0"


def changing_tokens(page):
    """The same again, for ever, under a token that is new each time."""
    page.next_token = f"again {page.store.lists}"


def failing_second_page(page):
    if page.token:
        page.refuse(500, "InternalError", "We encountered an internal error.")


def busy_second_page(page):
    """Twice, then well."""
    if page.token and page.store.lists <= BUSY_ANSWERS + 1:
        page.refuse(503, "SlowDown", "Please reduce your request rate.", Retry_After="1")


def no_list(page):
    page.refuse(403, "AccessDenied", "Access Denied")


def cut_list(page):
    """A document that ends in the middle, with a length that says so."""
    page.cut = True


def no_xml(page):
    page.refused = Response(200, b"<!DOCTYPE html><html><body>Sign in</body></html>", {"Content-Type": "text/html"})


LISTING_LIES = {"honest": every_object, **{lie.__name__: lie for lie in (
    repeated_token, changing_tokens, failing_second_page, busy_second_page, no_list, cut_list, no_xml)}}
