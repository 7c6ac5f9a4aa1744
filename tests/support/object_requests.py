"""Objects of a bucket on loopback, put, read and listed over the store's own API and signed with the standard library:
what the built program reads and removes is looked at by somebody else."""

import base64
import contextlib
import datetime
import email.utils
import hashlib
import hmac
import http.client
import json
import re
import urllib.parse
from html import unescape


def ask(port, method, path, body=b"", **headers):
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.read()


def encoded(text):
    return urllib.parse.quote(text, safe="-_.~")


def query_text(query):
    return "&".join(f"{encoded(name)}={encoded(value)}" for name, value in sorted(query.items()))


def succeeded(answer):
    status, body = answer
    assert status < 300, (status, body[:500])
    return body


def azure_request(port, account, key, method, path, query=None, body=b"", **headers):
    """Signed with the account's key, as the documents of Azure's Blob service say (Shared Key)."""
    query = query or {}
    headers = {**headers, "x_ms_date": email.utils.format_datetime(datetime.datetime.now(datetime.timezone.utc), usegmt=True),
               "x_ms_version": "2021-12-02"}
    named = sorted(f"{name.replace('_', '-')}:{value}" for name, value in headers.items() if name.startswith("x_ms_"))
    length = str(len(body)) if body else ""
    signed = "\n".join([method, "", "", length, *[""] * 8, *named, f"/{account}/{account}{path}",
                        *sorted(f"{name}:{value}" for name, value in query.items())])
    signature = hmac.new(base64.b64decode(key), signed.encode(), "sha256").digest()
    target = f"/{account}{path}" + (f"?{query_text(query)}" if query else "")
    return ask(port, method, target, body, Authorization=f"SharedKey {account}:{base64.b64encode(signature).decode()}",
               **headers)


def s3_request(port, access_key, secret_key, method, path, query=None, body=b""):
    """Signed as AWS's Signature Version 4 says."""
    now = datetime.datetime.now(datetime.timezone.utc)
    date, time, scope = now.strftime("%Y%m%d"), now.strftime("%Y%m%dT%H%M%SZ"), "us-east-1/s3/aws4_request"
    digest, names = hashlib.sha256(body).hexdigest(), "host;x-amz-content-sha256;x-amz-date"
    canonical = "\n".join([method, path, query_text(query or {}), f"host:127.0.0.1:{port}",
                           f"x-amz-content-sha256:{digest}", f"x-amz-date:{time}", "", names, digest])
    key = f"AWS4{secret_key}".encode()
    for part in (date, *scope.split("/")):
        key = hmac.new(key, part.encode(), "sha256").digest()
    text = f"AWS4-HMAC-SHA256\n{time}\n{date}/{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(key, text.encode(), "sha256").hexdigest()
    authorization = (f"AWS4-HMAC-SHA256 Credential={access_key}/{date}/{scope}, SignedHeaders={names}, "
                     f"Signature={signature}")
    target = path + (f"?{query_text(query)}" if query else "")
    return ask(port, method, target, body, x_amz_date=time, x_amz_content_sha256=digest, Authorization=authorization)


class S3Objects:
    def __init__(self, port, bucket, access_key, secret_key):
        self.port, self.bucket, self.keys = port, bucket, (access_key, secret_key)

    def put(self, name, body):
        succeeded(s3_request(self.port, *self.keys, "PUT", f"/{self.bucket}/{urllib.parse.quote(name)}", body=body))

    def names(self, prefix):
        """Of a bucket of one page."""
        query = {"list-type": "2", "prefix": prefix}
        page = succeeded(s3_request(self.port, *self.keys, "GET", f"/{self.bucket}", query)).decode()
        return sorted(unescape(name) for name in re.findall("<Key>(.*?)</Key>", page))


class GcsObjects:
    def __init__(self, port, bucket):
        self.port, self.bucket = port, bucket

    def put(self, name, body):
        succeeded(ask(self.port, "POST", f"/upload/storage/v1/b/{self.bucket}/o?uploadType=media&name={encoded(name)}",
                      body, Content_Type="application/octet-stream"))

    def names(self, prefix):
        page = succeeded(ask(self.port, "GET", f"/storage/v1/b/{self.bucket}/o?prefix={encoded(prefix)}"))
        return sorted(item["name"] for item in json.loads(page).get("items", []))


class AzureObjects:
    def __init__(self, port, container, account, key):
        self.port, self.container, self.account = port, container, (account, key)

    def put(self, name, body):
        succeeded(azure_request(self.port, *self.account, "PUT", f"/{self.container}/{urllib.parse.quote(name)}", body=body,
                                x_ms_blob_type="BlockBlob"))

    def names(self, prefix):
        query = {"restype": "container", "comp": "list", "prefix": prefix}
        page = succeeded(azure_request(self.port, *self.account, "GET", f"/{self.container}", query)).decode()
        return sorted(unescape(name) for name in re.findall("<Name>(.*?)</Name>", page))
