"""The recorded master, but that it grants every change of what it knows and remembers it, has logs, model definitions and
a workspace, and no checkpoints where none were recorded."""

import base64
import io
import pathlib
import re
import tarfile

import replay
from listing import Refused
from wire_http import Response

LOG = pathlib.Path(__file__).resolve().parents[1] / "fixtures" / "master" / "trial-logs.jsonl"
NAMED = {"/api/v1/workspaces": {"workspaces": [{"id": 2, "name": "Vision"}]},
         "/api/v1/workspaces/2": {"workspace": {"id": 2, "name": "Vision"}},
         "/api/v1/workspaces/2/projects": {"projects": [{"id": 3, "name": "baselines"}]}}
REMOVALS = ("/api/v1/checkpoints", "/api/v1/checkpoints/rm")
SIGNING = ("/login", "/logout")


def model_definition():
    archive, text = io.BytesIO(), b"print()\n"
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        member = tarfile.TarInfo("model_def.py")
        member.size = len(text)
        tar.addfile(member, io.BytesIO(text))
    return base64.b64encode(archive.getvalue()).decode()


DEFINITION = model_definition()


class GrantingPlay(replay.Play):
    """`changes`: "METHOD /path" of every request that was no question, in order."""

    def __init__(self, cluster, storage):
        super().__init__(cluster, storage)
        self.changes = []

    def answer(self, request):
        if request.method != "GET":
            self.changes.append(f"{request.method} {request.path}")
        try:
            granted = self._question(request) if request.method == "GET" else self._change(request)
        except Refused as refused:
            granted = self.refusal(request, refused)
        if granted is None:
            return super().answer(request)
        self.requests.append((request.method, request.path, request.query))
        return granted

    def _change(self, request):
        if request.path.endswith(SIGNING):
            return None
        self._refuse_unknown(request)
        if metadata := re.fullmatch("/api/v1/checkpoints/([^/]+)/metadata", request.path):
            changed = {**self.cluster.checkpoints[metadata[1]], "metadata": request.json()["checkpoint"]["metadata"]}
            return self.gateway({"checkpoint": changed})
        return None if request.method == "PATCH" else self.gateway({})

    def _question(self, request):
        if request.path in NAMED:
            return self.gateway(NAMED[request.path])
        granted = None
        of_experiment = re.fullmatch(r"/api/v1/experiments/(\d+)/checkpoints", request.path)
        if re.fullmatch(r"/api/v1/trials/\d+/logs", request.path):
            granted = Response(200, LOG.read_bytes(), replay.GATEWAY_TYPE, chunked=True)
        elif re.fullmatch(r"/api/v1/experiments/\d+/model_def", request.path):
            granted = self.gateway({"b64Tgz": DEFINITION})
        elif of_experiment and self.cluster.checkpoints_of("experiments", int(of_experiment[1])) is None:
            granted = self.gateway({"checkpoints": [], "pagination": {"total": 0}})
        if granted:
            self._refuse_unknown(request)
        return granted

    def _refuse_unknown(self, request):
        known = {"experiment": self.cluster.experiments, "trial": self.cluster.trials,
                 "checkpoint": self.cluster.checkpoints}
        for kind, name in self._named_by(request):
            if name not in map(str, known[kind]):
                raise Refused(404, 5, "NotFound", f"{kind} '{name}' not found")

    @staticmethod
    def _named_by(request):
        """(kind, id) of what the request is about."""
        if request.path in REMOVALS:
            return [("checkpoint", uuid) for uuid in request.json()["checkpointUuids"]]
        found = re.match("/api/v1/(experiment|trial|checkpoint)s/([^/]+)", request.path)
        return [found.groups()] if found else []
