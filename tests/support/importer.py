"""Puts the recorded cluster into a master over its REST API: the same ids, uuids, metrics, files and states.

What a master gives itself cannot be the same: times of experiments, trials and logs, and the names of tasks.
"""

import json

API = "/api/v1"
STORAGE = "/lab/storage"


class Importer:
    """`rest(method, path, body=None)` asks the master as user `determined`; `storage` is the folder that the
    recordings call /lab/storage. Experiments are imported in the order of their ids, each once, into an empty master."""

    def __init__(self, rest, cluster, storage):
        self.rest, self.cluster, self.storage = rest, cluster, str(storage)
        self.tasks = {}  # trial -> task

    def experiments(self, numbers):
        for number in numbers:
            self._experiment(number)

    def model(self, name):
        """A model of the registry with its recorded versions."""
        self.rest("POST", f"{API}/models", {"name": name})
        versions = self.cluster.answers["GET", f"{API}/models/{name}/versions"][0].body["modelVersions"]
        for version in sorted(versions, key=lambda version: version["version"]):
            body = {"modelName": name, "checkpointUuid": version["checkpoint"]["uuid"]}
            self.rest("POST", f"{API}/models/{name}/versions", body)

    def _experiment(self, number):
        recorded = self.cluster.experiments[number]["experiment"]
        config = self._config(recorded["originalConfig"])
        made = self.rest("POST", f"{API}/experiments", {"config": config, "unmanaged": True})["experiment"]
        require_equal(made["id"], number, "experiment")
        state = recorded["state"].removeprefix("STATE_")
        for trial in recorded["trialIds"]:
            self._trial(number, trial, state)
        for trial in recorded["trialIds"]:
            self._reports(trial)
        if recorded["archived"]:
            self.rest("POST", f"{API}/experiments/{number}/archive")

    def _config(self, recorded):
        """As it was sent, but for the project: here is none but the first."""
        config = json.loads(recorded)
        if not config.get("project"):
            return recorded.replace(STORAGE, self.storage)
        config.update(workspace="", project="")
        return json.dumps(config).replace(STORAGE, self.storage)

    def _trial(self, experiment, number, state):
        """Trials end before anything is reported: the end of an experiment collects by its policy, and the recorded
        master, which had no agent, has never collected."""
        hparams = self.cluster.trials.get(number, {}).get("hparams", {})
        made = self.rest("POST", f"{API}/trials", {"experimentId": experiment, "hparams": hparams, "unmanaged": True})
        require_equal(made["trial"]["id"], number, "trial")
        self.tasks[number] = made["trial"]["taskId"]
        if state == "PAUSED":
            return
        self.rest("POST", f"{API}/trials/{number}/start", {"trialId": number, "resume": True})
        for change in ("RUNNING", state):
            self.rest("PATCH", f"{API}/trials/{number}", {"trialId": number, "state": f"STATE_{change}"})

    def _reports(self, trial):
        checkpoints = [row for row in self.cluster.checkpoints.values() if row["training"]["trialId"] == trial]
        for group, report in self._metrics(trial, checkpoints):
            self.rest("POST", f"{API}/trials/{trial}/metrics", {"group": group, "metrics": report})
        for row in sorted(checkpoints, key=lambda row: row["reportTime"]):
            self._checkpoint(trial, row)
        self._log(trial)

    def _log(self, trial):
        """The longest of the recorded answers is the whole log."""
        exchanges = self.cluster.answers.get(("GET", f"{API}/trials/{trial}/logs"), [])
        answer = max((exchange.body for exchange in exchanges), key=len, default="")
        lines = [json.loads(line)["result"] for line in answer.splitlines()]
        if lines:
            self.rest("POST", f"{API}/task/logs", {"logs": [
                {"taskId": self.tasks[trial], **{name: line[name] for name in ("timestamp", "level", "log")}} for line in lines]})

    def _checkpoint(self, trial, row):
        body = {"uuid": row["uuid"], "taskId": self.tasks[trial], "reportTime": row["reportTime"], "training": {},
                "state": "STATE_COMPLETED", "resources": row["resources"], "metadata": row["metadata"]}
        self.rest("POST", f"{API}/checkpoints", body)
        left = {"STATE_DELETED": {}, "STATE_PARTIALLY_DELETED": row["resources"]}.get(row["state"])
        if left is None:
            return
        if left:  # it was more once
            self.rest("POST", f"{API}/checkpoints", {**body, "resources": {**left, "state_dict.pth": "1024"}})
        patch = {"uuid": row["uuid"], "resources": {"resources": left}}
        self.rest("PATCH", f"{API}/checkpoints", {"checkpoints": [patch]})

    def _metrics(self, trial, checkpoints):
        """(group, report) in the recorded order; what no recording of workloads holds, from the checkpoints."""
        reports = []
        for load in self.cluster.workloads.get(trial, []):
            for group in ("training", "validation"):
                if group in load:
                    row = load[group]
                    reports.append((row["endTime"], group, row["totalBatches"], row["metrics"]["avgMetrics"]))
        if not reports:
            reports = [report for row in checkpoints for report in metrics_of(row)]
        for time, group, steps, metrics in sorted(reports, key=lambda report: report[:3]):
            yield group, {"trialId": trial, "trialRunId": 1, "stepsCompleted": steps, "reportTime": time,
                          "metrics": {"avgMetrics": metrics}}


def metrics_of(checkpoint):
    for group in ("training", "validation"):
        metrics = checkpoint["training"][f"{group}Metrics"]["avgMetrics"]
        if metrics is not None:
            yield checkpoint["reportTime"], group, checkpoint["metadata"]["steps_completed"], metrics


def require_equal(made, recorded, noun):
    if made != recorded:
        raise AssertionError(f"{noun} {recorded} became {made}: the master was not empty, or another was left out")
