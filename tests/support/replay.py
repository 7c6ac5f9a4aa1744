"""Plays a recorded master: a case's own exchanges answer first, then what the whole cluster is known to hold."""

import hashlib
import json
import re

import archives
import collection
import listing
from listing import Query, Refused
from wire_http import Response

SALT = "GubPEmmotfiK9TMD6Zdw"
PASSWORD = "Passw0rdA1"
USERS = ("determined", "admin")
TOKEN = "v2.public." + "EXAMPLE" * 50
EXPIRED_TOKEN = "v2.public." + "EXPIRED" * 50
RECORDED_TOKEN, RECORDED_STORAGE = b"v2.public.EXAMPLE", b"/lab/storage"
OPEN = ("/info", "/health", "/api/v1/master", "/api/v1/auth/login")
UUID_LENGTH = 36

GATEWAY_TYPE = {"Content-Type": "application/json", "Grpc-Metadata-Content-Type": "application/grpc"}
PLAIN_TYPE = {"Content-Type": "application/json; charset=UTF-8"}


def hashed(password):
    return hashlib.sha512((SALT + password).encode()).hexdigest() if password else ""


def seed_token(sandbox, command):
    """Leaves the token file that a recorded command found."""
    if command.token:
        sandbox.write_token(EXPIRED_TOKEN if command.token == "expired" else TOKEN, command.active_user)


class Play:
    """One play of the cluster, from its recorded state on: who is signed in and which policy was set since is
    remembered, as is everything that a test should fail for (`problems`)."""

    def __init__(self, cluster, storage, case=None):
        self.cluster, self.storage = cluster, storage
        self.own = {}
        for exchange in case.exchanges if case else []:
            self.own.setdefault((exchange.method, exchange.path, exchange.query), []).append(exchange)
        self.tokens = {TOKEN: "determined"}
        self.policies = {}  # experiment -> checkpoint_storage values set by PATCH
        self.problems = []
        self.requests = []
        self.rendered = {}

    def answer(self, request):
        self.requests.append((request.method, request.path, request.query))
        try:
            return self._signed(request) if request.path in OPEN else self._authorized(request)
        except Refused as refused:
            return self.refusal(request, refused)

    # Who asks

    def _authorized(self, request):
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not token:
            raise Refused(401, 16, "Unauthenticated", "token missing")
        if token not in self.tokens:
            raise Refused(401, 16, "Unauthenticated", "invalid credentials")
        return self._signed(request)

    def _signed(self, request):
        own = self._own_answer(request)
        return own if own is not None else self._from_cluster(request)

    def _own_answer(self, request):
        found = self.own.get((request.method, request.path, request.query))
        if not found or found[0].is_binary or request.path.startswith("/checkpoints/"):
            return None
        exchange = found.pop(0) if len(found) > 1 else found[0]
        if request.method != "GET" and (exchange.request_body or None) != (request.json() or None):
            if not request.path.endswith("/login"):
                self.problems.append(f"{request.method} {request.path} with {request.body.decode()}, not with "
                                     f"{json.dumps(exchange.request_body)}")
            return None
        if request.method == "PATCH":
            self._remember_policy(request)
        return self.replayed(exchange)

    # Rendering

    def encoded(self, document):
        """As Go writes it, with our token and our storage folder for the recorded ones."""
        if isinstance(document, str):
            data = document.encode()
        else:
            data = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
        data = data.replace(RECORDED_TOKEN + b'"', TOKEN.encode() + b'"')
        return data.replace(RECORDED_STORAGE, str(self.storage).encode())

    def replayed(self, exchange):
        gateway = exchange.path.startswith("/api/v1/")
        kept = ("Content-Type", "Grpc-Metadata-Content-Type", "Set-Cookie")
        headers = {name: value for name, value in exchange.headers.items() if name in kept}
        return Response(exchange.status, self.encoded(exchange.body), headers, compressible=gateway,
                        chunked="Transfer-Encoding" in exchange.headers)

    def refusal(self, request, refused):
        if request.path.startswith("/api/v1/"):
            error = {"code": refused.code, "reason": refused.reason, "error": str(refused)}
            return Response(refused.status, self.encoded({"error": error}) + b"\n",
                            {"Content-Type": "application/json"}, compressible=True)
        text = "Unauthorized" if refused.status == 401 else str(refused)
        return Response(refused.status, self.encoded({"message": text}) + b"\n", PLAIN_TYPE)

    def gateway(self, document):
        return Response(200, self.encoded(document), GATEWAY_TYPE, compressible=True)

    # What the cluster holds

    def _from_cluster(self, request):
        for method, pattern, handler in ROUTES:
            if method == request.method and (match := pattern.fullmatch(request.path)):
                if handler not in RENDERED_ONCE:
                    return handler(self, request, *match.groups())
                key = (request.path, request.query)
                if key not in self.rendered:
                    self.rendered[key] = handler(self, request, *match.groups())
                return self.rendered[key]
        return self._from_pool(request)

    def _from_pool(self, request):
        """For what no rule below covers: the same request, or for a GET the same path."""
        found = [e for e in self.cluster.answers.get((request.method, request.path), []) if not e.is_binary]
        if found and request.method == "GET" and not request.query:
            return self.replayed(found[0])
        return self._same_in_pool(request)

    def _same_in_pool(self, request):
        for exchange in self.cluster.answers.get((request.method, request.path), []):
            same_body = (exchange.request_body or None) == (request.json() or None)
            if exchange.query == request.query and same_body and not exchange.is_binary:
                return self.replayed(exchange)
        raise self.unknown(request)

    def unknown(self, request):
        self.problems.append(f"{request.method} {request.target}: no recording holds it")
        if request.path.startswith("/api/v1/"):
            return Refused(501, 12, "Unimplemented", "Not Implemented")
        return Refused(404, 5, "NotFound", f"api not found: {request.method} {request.path}")

    def login(self, request):
        wanted = request.json()
        if not isinstance(wanted, dict):
            raise Refused(400, 3, "InvalidArgument", "invalid character 'n' looking for beginning of object key string")
        name, given = wanted.get("username"), wanted.get("password", "")
        password = hashed(PASSWORD) if wanted.get("isHashed") else PASSWORD
        if name not in USERS or given != password:
            raise Refused(401, 16, "Unauthenticated", "invalid credentials")
        token = TOKEN if name == "determined" else TOKEN + name
        self.tokens[token] = name
        response = self.gateway({"token": token, "user": self.user(name)})
        return Response(200, response.body, {**GATEWAY_TYPE, "Set-Cookie": f"auth={token}; Path=/"}, compressible=True)

    def user(self, name):
        recorded = self.cluster.answers[("GET", "/api/v1/me")][0].body["user"]
        return {**recorded, "username": name, "id": recorded["id"] if name == "determined" else 1,
                "admin": name == "admin"}

    def me(self, request):
        token = request.headers["authorization"].removeprefix("Bearer ")
        return self.gateway({"user": self.user(self.tokens[token])})

    def logout(self, request):
        self.tokens.pop(request.headers["authorization"].removeprefix("Bearer "), None)
        return self.gateway({})

    def experiments(self, request):
        query = Query(request.query)
        return self.gateway(listing.page("experiments", listing.experiments(self.cluster.listed_experiments, query),
                                         query))

    def experiment(self, request, word):
        number = self._number(word)
        if number not in self.cluster.experiments:
            raise Refused(404, 5, "NotFound", f"experiment '{number}' not found")
        document = json.loads(json.dumps(self.cluster.experiments[number]))
        for config in (document["config"], document["experiment"]["config"]):
            config["checkpoint_storage"].update(self.policies.get(number, {}))
        return self.gateway(document)

    @staticmethod
    def _number(word):
        if not word.lstrip("-").isdigit():
            raise listing.invalid(f"type mismatch, parameter: experiment_id, error: strconv.ParseInt: parsing "
                                  f"\"{word}\": invalid syntax")
        return int(word)

    def patch_experiment(self, request, word):
        response = self.experiment(request, word)  # a real master answers with the state before the change
        self._remember_policy(request)
        return Response(200, self.encoded({"experiment": json.loads(response.body)["experiment"]}), GATEWAY_TYPE,
                        compressible=True)

    def _remember_policy(self, request):
        policy = request.json().get("checkpointStorage", {})
        if any(value < 0 for value in policy.values()):
            raise listing.internal("refusing to save invalid experiment config: must be >= 0")
        snake = {re.sub("([A-Z])", lambda m: "_" + m[1].lower(), name): value for name, value in policy.items()}
        self.policies.setdefault(int(request.path.rsplit("/", 1)[1]), {}).update(snake)

    def trials(self, request, word):
        number = self._number(word)
        if number not in self.cluster.experiments:
            raise Refused(404, 5, "NotFound", f"experiment '{number}' not found")
        if number not in self.cluster.trial_lists:
            return self._same_in_pool(request)
        query = Query(request.query)
        return self.gateway(listing.page("trials", listing.trials(self.cluster.trial_lists[number], query), query))

    def trial(self, request, word):
        return self.gateway({"trial": self._trial(word)})

    def _trial(self, word):
        if int(word) not in self.cluster.trials:
            raise Refused(404, 5, "NotFound", f"trial '{word}' not found")
        return self.cluster.trials[int(word)]

    def workloads(self, request, word):
        self._trial(word)
        if int(word) not in self.cluster.workloads:
            return self._same_in_pool(request)
        return self.gateway(listing.page("workloads", self.cluster.workloads[int(word)], Query(request.query)))

    def checkpoints(self, request, kind, word):
        number = self._number(word)
        known = self.cluster.experiments if kind == "experiments" else self.cluster.trials
        if number not in known:
            raise Refused(404, 5, "NotFound", f"{kind[:-1]} '{number}' not found")
        rows = self.cluster.checkpoints_of(kind, number)
        if rows is None:
            return self._same_in_pool(request)
        smaller = None
        if kind == "experiments":
            smaller = self.cluster.experiments[number]["config"]["searcher"]["smaller_is_better"]
        query = Query(request.query)
        return self.gateway(listing.page("checkpoints", listing.checkpoints(rows, query, smaller), query))

    def checkpoint(self, request, uuid):
        if len(uuid) != UUID_LENGTH:
            raise listing.internal(f"invalid UUID length: {len(uuid)}")
        if uuid not in self.cluster.checkpoints:
            raise Refused(404, 5, "NotFound", f"checkpoint '{uuid}' not found")
        return self.gateway({"checkpoint": self.cluster.checkpoints[uuid]})

    def registry(self, request):
        """Models, or the versions of one: derived, and cut as every list is."""
        found = self.cluster.answers.get((request.method, request.path))
        if not found:
            raise Refused(404, 5, "NotFound", f"{request.path} not found")
        document = found[0].body
        name = next(name for name in ("modelVersions", "models") if name in document)
        return self.gateway({**document, **listing.page(name, document[name], Query(request.query))})

    # Plain handlers

    def archive(self, request, uuid):
        accept = request.headers.get("accept", "*/*")
        if accept not in ARCHIVES:
            raise Refused(415, 0, "", f"unsupported media type to download a checkpoint: '{accept}'")
        if len(uuid) != UUID_LENGTH:
            raise Refused(400, 3, "", f"unable to parse checkpoint UUID {uuid}: invalid UUID length: {len(uuid)}")
        if uuid not in self.cluster.checkpoints:
            raise Refused(404, 5, "", f"checkpoint '{uuid}' not found")
        media_type, pack, missing = ARCHIVES[accept]
        if not (self.storage / uuid).is_dir():
            text = missing.format(uuid=uuid, path=f"{self.storage}/{uuid}/")
            return Response(500, self.encoded({"message": text}) + b"\n", {"Content-Type": media_type})
        return Response(200, pack(self.cluster.checkpoints[uuid]), {"Content-Type": media_type},
                        chunked=media_type != "application/x-tar")

    def preview_gc(self, request, word):
        query = dict(request.query)
        for name in ("save_experiment_best", "save_trial_best", "save_trial_latest"):
            if name not in query:
                raise Refused(400, 3, "", f"missing parameter: {name}")
        number = int(word)
        if number not in self.cluster.experiments:
            raise Refused(404, 5, "", f"experiment '{number}' not found")
        rows = self.cluster.checkpoints_of("experiments", number)
        if rows is None:
            return self._same_in_pool(request)
        searcher = self.cluster.experiments[number]["config"]["searcher"]
        policy = {name: int(value) for name, value in query.items()}
        doomed = collection.preview(rows, policy, searcher["smaller_is_better"], self.cluster.registered())
        document = {"checkpoints": doomed, "metric_name": searcher["metric"]}
        return Response(200, self.encoded(document) + b"\n", PLAIN_TYPE, chunked=doomed is not None)


def route(method, pattern, handler):
    return (method, re.compile(pattern), handler)


ROUTES = [
    route("POST", "/api/v1/auth/login", Play.login),
    route("POST", "/api/v1/auth/logout", Play.logout),
    route("GET", "/api/v1/me", Play.me),
    route("GET", "/api/v1/experiments", Play.experiments),
    route("GET", "/api/v1/experiments/([^/]+)", Play.experiment),
    route("PATCH", "/api/v1/experiments/([^/]+)", Play.patch_experiment),
    route("GET", "/api/v1/experiments/([^/]+)/trials", Play.trials),
    route("GET", "/api/v1/(experiments|trials)/([^/]+)/checkpoints", Play.checkpoints),
    route("GET", "/api/v1/trials/([0-9]+)", Play.trial),
    route("GET", "/api/v1/trials/([0-9]+)/workloads", Play.workloads),
    route("GET", "/api/v1/checkpoints/([^/]+)", Play.checkpoint),
    route("GET", "/api/v1/models(?:/[^/]+/versions)?", Play.registry),
    route("GET", "/checkpoints/([^/]+)", Play.archive),
    route("GET", "/experiments/([^/]+)/preview_gc", Play.preview_gc),
]

RENDERED_ONCE = (Play.experiments, Play.trials, Play.checkpoints, Play.workloads)

TAR_MISSING = "unable to list checkpoint {uuid} files: lstat {path}: no such file or directory"
PACKED_MISSING = ("unable to download checkpoint {uuid}: checkpoint archive failed, please verify that file system "
                  "checkpoint storage is available to the server: lstat {path}: no such file or directory")
TAR = ("application/x-tar", archives.tar, TAR_MISSING)
ARCHIVES = {
    "application/x-tar": TAR, "*/*": TAR, "application/*": TAR,
    "application/gzip": ("application/gzip", archives.tar_gzip, PACKED_MISSING),
    "application/zip": ("application/zip", archives.zipped, PACKED_MISSING),
}
