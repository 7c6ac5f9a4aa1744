"""The recorded master, but that it grants every change and remembers it, has a log and a workspace, and no checkpoints
where none were recorded."""

import pathlib
import re

import replay
from wire_http import Response

LOG = pathlib.Path(__file__).resolve().parents[1] / "fixtures" / "master" / "trial-logs.jsonl"
NAMED = {"/api/v1/workspaces": {"workspaces": [{"id": 2, "name": "Vision"}]},
         "/api/v1/workspaces/2": {"workspace": {"id": 2, "name": "Vision"}},
         "/api/v1/workspaces/2/projects": {"projects": [{"id": 3, "name": "baselines"}]}}


class GrantingPlay(replay.Play):
    """`changes`: "METHOD /path" of every request that was no question, in order."""

    def __init__(self, cluster, storage):
        super().__init__(cluster, storage)
        self.changes = []

    def answer(self, request):
        if request.method == "GET":
            return self._question(request)
        self.changes.append(f"{request.method} {request.path}")
        if metadata := re.fullmatch("/api/v1/checkpoints/([^/]+)/metadata", request.path):
            changed = {**self.cluster.checkpoints[metadata[1]], "metadata": request.json()["checkpoint"]["metadata"]}
            return self.gateway({"checkpoint": changed})
        played = request.method == "PATCH" or request.path.endswith(("/login", "/logout"))
        return super().answer(request) if played else self.gateway({})

    def _question(self, request):
        if request.path in NAMED:
            return self.gateway(NAMED[request.path])
        if re.fullmatch(r"/api/v1/trials/\d+/logs", request.path):
            return Response(200, LOG.read_bytes(), replay.GATEWAY_TYPE, chunked=True)
        of_experiment = re.fullmatch(r"/api/v1/experiments/(\d+)/checkpoints", request.path)
        if of_experiment and self.cluster.checkpoints_of("experiments", int(of_experiment[1])) is None:
            return self.gateway({"checkpoints": [], "pagination": {"total": 0}})
        return super().answer(request)
