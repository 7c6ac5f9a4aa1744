"""An object store of files that nginx sends and of lists that are written beforehand: as near to the machine's limit as
a server comes. It reads no signatures. The same process stands before a master and sends archives that are packed
already."""

import os
import pathlib
import re
import signal
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from xml.sax.saxutils import escape

BUCKET = "bench"
KEYS_OF_A_PAGE = 1000
CONFIGURATION = """
daemon off;
worker_processes 1;
{user}
pid {place}/nginx.pid;
error_log {place}/error.log warn;
events {{ worker_connections 1024; multi_accept on; }}
http {{
  sendfile on; sendfile_max_chunk 4m; tcp_nopush on; tcp_nodelay on; keepalive_requests 100000; keepalive_timeout 75s;
  open_file_cache max=10000 inactive=60s; etag on;
  types {{ }} default_type application/octet-stream;
  client_body_temp_path {place}/body; proxy_temp_path {place}/proxy; fastcgi_temp_path {place}/fastcgi;
  uwsgi_temp_path {place}/uwsgi; scgi_temp_path {place}/scgi;
  log_format requests '$request_method $status "$sent_http_content_length" $request_uri';
  access_log {place}/access.log requests;
  map_hash_max_size 8192; map_hash_bucket_size 256;
  map $args $is_list {{ default 0; "~(^|&)(list-type=2|prefix=)" 1; }}
  map $args $page {{ default 0; "~(continuation-token|marker)=t(?<token>[0-9]+)" $token; }}
  map $arg_prefix $list {{
    default none;
{lists}
  }}
  map "$http_range $uri" $crc32c {{
    default "";
{checksums}
  }}
  map $crc32c $checksum_type {{ default FULL_OBJECT; "" ""; }}
  map $http_accept $packing {{ default tar; "~gzip" tar.gz; }}
  server {{
    listen 127.0.0.1:{port} backlog=1024;
    root {root};
    location ^~ /lists/ {{ internal; root {place}; default_type application/xml; }}
    location ~ ^/[^/]+/?$ {{
      default_type application/xml;
      if ($is_list) {{ rewrite ^ /lists/$list.$page.xml last; }}
      if ($args ~ location) {{ return 200 '<LocationConstraint xmlns="{namespace}">us-east-1</LocationConstraint>'; }}
      return 200 '';
    }}
    location / {{
      if (-d $request_filename) {{ return 404; }}
      add_header x-amz-checksum-crc32c $crc32c;
      add_header x-amz-checksum-type $checksum_type;
    }}
  }}
  server {{
    listen 127.0.0.1:{front_port} backlog=1024;
    root {archives};
    location / {{ proxy_pass http://127.0.0.1:{master_port}; proxy_set_header Host localhost; }}
    location ~ ^/checkpoints/(?<uuid>[-0-9a-f]+)$ {{ try_files /$uuid.$packing =415; }}
  }}
}}
"""
NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
REQUEST = re.compile(r'(\S+) (\d+) "(\d*)" (\S+)')


def page_of(prefix, keys, number):
    """One answer to ListObjectsV2; `keys` are (key, size, mtime). The ETag is that which nginx sends."""
    part = keys[number * KEYS_OF_A_PAGE:(number + 1) * KEYS_OF_A_PAGE]
    more = len(keys) > (number + 1) * KEYS_OF_A_PAGE
    lines = [f'<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="{NAMESPACE}"><Name>{BUCKET}</Name>'
             f"<Prefix>{escape(prefix)}</Prefix><KeyCount>{len(part)}</KeyCount><MaxKeys>{KEYS_OF_A_PAGE}</MaxKeys>"
             f"<IsTruncated>{str(more).lower()}</IsTruncated>"]
    if more:
        lines += [f"<{name}>t{number + 1}</{name}>" for name in ("NextMarker", "NextContinuationToken")]
    for key, size, modified in part:
        moment = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(modified))
        lines.append(f"<Contents><Key>{escape(key)}</Key><LastModified>{moment}</LastModified><ETag>&quot;"
                     f"{modified:x}-{size:x}&quot;</ETag><Size>{size}</Size><StorageClass>STANDARD</StorageClass>"
                     "</Contents>")
    return "\n".join(lines) + "</ListBucketResult>", more


class StaticS3:
    """Serves `fixtures.bucket` at `url`, and at `front_url` a master with UUID.tar or UUID.tar.gz of `archives`."""

    def __init__(self, fixtures, place, ports, archives):
        self.fixtures, self.place, self.ports, self.archives = fixtures, pathlib.Path(place), ports, archives
        self.lists, self.checksums, self.process, self.read_up_to = {}, {}, None, 0
        (self.place / "lists").mkdir(parents=True)
        self._write("none", "", [])

    @property
    def url(self):
        return f"http://127.0.0.1:{self.ports['s3']}"

    @property
    def front_url(self):
        return f"http://127.0.0.1:{self.ports['front']}"

    def offer(self, laid, checksums=None):
        """Before start(): the lists of the dataset and of each checkpoint; the official client asks without the slash.
        `checksums`: base64 of the CRC32C by file name."""
        top = laid.folder.relative_to(self.fixtures.bucket).as_posix()
        stats = {f"{top}/{path}": (laid.folder / path).stat() for path in laid.paths()}
        keys = sorted((key, stat.st_size, int(stat.st_mtime)) for key, stat in stats.items())
        for folder in (top, *(f"{top}/{uuid}" for uuid in laid.uuids)):
            name = folder.replace("/", ".")
            self._write(name, folder + "/", [key for key in keys if key[0].startswith(folder + "/")])
            for prefix in (folder + "/", folder):
                self.lists.update({prefix: name, urllib.parse.quote(prefix, safe=""): name})
        for key, size, _ in keys:
            if digest := (checksums or {}).get(key.rsplit("/", 1)[1]):
                # As S3 does: the checksum of the whole is stated only where the whole is asked for.
                for asked in ("", f"bytes=0-{size - 1}"):
                    self.checksums[f"{asked} /{BUCKET}/{key}"] = digest

    def _write(self, name, prefix, keys):
        number, more = 0, True
        while more:
            text, more = page_of(prefix, keys, number)
            (self.place / "lists" / f"{name}.{number}.xml").write_text(text)
            number += 1

    def start(self, master_port):
        quoted = {what: "\n".join(f'    "{key}" "{value}";' for key, value in table.items())
                  for what, table in (("lists", self.lists), ("checksums", self.checksums))}
        text = CONFIGURATION.format(place=self.place, root=self.fixtures.root, archives=self.archives,
                                    port=self.ports["s3"], front_port=self.ports["front"], master_port=master_port,
                                    user="user root;" if os.geteuid() == 0 else "", namespace=NAMESPACE, **quoted)
        (self.place / "nginx.conf").write_text(text)
        pinned = ["taskset", "-c", str(min(os.sched_getaffinity(0)))]
        self.process = subprocess.Popen([*pinned, "nginx", "-p", str(self.place), "-c", str(self.place / "nginx.conf")],
                                        stderr=subprocess.DEVNULL)
        self.ask(f"/{BUCKET}/", 200)

    def ask(self, path, expected):
        """Waits until the server answers so."""
        for _ in range(500):
            assert self.process.poll() is None, (self.place / "error.log").read_text()
            try:
                with urllib.request.urlopen(self.url + path, timeout=5) as answer:
                    status = answer.status
            except urllib.error.HTTPError as refused:
                status = refused.code
            except OSError:
                status = None
            if status == expected:
                return
            time.sleep(0.01)
        raise AssertionError(f"nginx does not answer {path} with {expected}")

    def requests(self):
        """What was asked of the store since the last call, as (method, status, bytes of the answer, path and query)."""
        mark = f"/{BUCKET}/mark-{time.monotonic_ns()}"
        self.ask(mark, 404)
        log = self.place / "access.log"
        while mark not in (text := log.read_text()[self.read_up_to:]):
            time.sleep(0.01)
        self.read_up_to += len(text)
        found = [REQUEST.fullmatch(line).groups() for line in text.splitlines()]
        return [(method, int(status), int(size or 0), path) for method, status, size, path in found
                if path.startswith(f"/{BUCKET}") and path != mark]

    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait()


def reads(requests):
    """Those that gave bytes of objects."""
    return [(method, status, size, path) for method, status, size, path in requests
            if method == "GET" and status in (200, 206) and path.partition("?")[0].strip("/") != BUCKET]


def lists(requests):
    return [request for request in requests if request[0] == "GET" and "prefix=" in request[3]]
