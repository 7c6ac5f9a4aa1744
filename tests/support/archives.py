"""A checkpoint's files, with the recorded names and sizes: in a directory, and packed as a master packs them."""

import gzip
import hashlib
import io
import json
import tarfile
import zipfile

# Seeded over the API on the recorded cluster: their folders were missing in storage.
MISSING_IN_STORAGE = ("a00000", "900000")


def is_stored(checkpoint):
    return not checkpoint["uuid"].startswith(MISSING_IN_STORAGE)


def content(checkpoint, name, size):
    """The metadata where the recorded size says that the file held it; else bytes that depend on the name only."""
    if name == "metadata.json":
        text = json.dumps(checkpoint["metadata"], indent=2).encode()
        if len(text) == size:
            return text
    return hashlib.shake_256(f"{checkpoint['uuid']}/{name}".encode()).digest(size)


def files(checkpoint):
    """(name, bytes), sorted by name, without folders."""
    return [(name, content(checkpoint, name, int(size)))
            for name, size in sorted(checkpoint["resources"].items()) if not name.endswith("/")]


def lay_out(checkpoint, storage):
    directory = storage / checkpoint["uuid"]
    for name in checkpoint["resources"]:
        if name.endswith("/"):
            (directory / name).mkdir(parents=True, exist_ok=True)
    for name, data in files(checkpoint):
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def tar(checkpoint):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in files(checkpoint):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(data), 0o666
            archive.addfile(entry, io.BytesIO(data))
    blocks = buffer.getvalue().rstrip(b"\0")
    return blocks.ljust(-(-len(blocks) // 512) * 512, b"\0") + bytes(1024)


def tar_gzip(checkpoint):
    return gzip.compress(tar(checkpoint), 1, mtime=0)


def zipped(checkpoint):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files(checkpoint):
            archive.writestr(zipfile.ZipInfo(name), data)
    return buffer.getvalue()
