"""The recorded cluster: what every recording together says about its experiments, trials and checkpoints."""

import recordings


class Cluster:
    """Built once and shared by all plays; nobody changes it. A fact that several recordings hold is taken from the
    first; derived ones come last."""

    def __init__(self, exchanges):
        self.answers = {}  # (method, path) -> exchanges
        self.experiments, self.listed_experiments = {}, []
        self.trials, self.trial_lists = {}, {}
        self.checkpoints, self.checkpoint_lists = {}, {}
        self.workloads = {}
        for exchange in exchanges:
            self.answers.setdefault((exchange.method, exchange.path), []).append(exchange)
            if exchange.status == 200 and isinstance(exchange.body, dict):
                self._learn(exchange)

    def _learn(self, exchange):
        body, path = exchange.body, exchange.path
        parts = path.removeprefix("/api/v1/").split("/")
        if exchange.method != "GET" or not path.startswith("/api/v1/"):
            return
        if parts == ["experiments"]:
            self._keep_fullest_experiments(body["experiments"])
        elif parts[0] == "experiments" and len(parts) == 2:
            self.experiments.setdefault(int(parts[1]), body)
        elif parts[0] == "experiments" and parts[2] == "trials":
            self._learn_trials(int(parts[1]), body)
        elif parts[0] == "trials" and len(parts) == 2 and parts[1].isdigit():
            self.trials.setdefault(int(parts[1]), body["trial"])
        elif parts[-1] == "workloads":
            self._keep_fullest(self.workloads, int(parts[1]), body["workloads"])
        elif parts[-1] == "checkpoints":
            self._learn_checkpoints(parts, body)
        elif parts[0] == "checkpoints" and len(parts) == 2:
            self.checkpoints.setdefault(parts[1], body["checkpoint"])

    def _keep_fullest_experiments(self, rows):
        if len(rows) > len(self.listed_experiments):
            self.listed_experiments = rows

    @staticmethod
    def _keep_fullest(lists, key, rows):
        if key not in lists or len(rows) > len(lists[key]):
            lists[key] = rows

    def _learn_trials(self, experiment, body):
        self._keep_fullest(self.trial_lists, experiment, body["trials"])
        for trial in body["trials"]:
            self.trials.setdefault(trial["id"], trial)

    def _learn_checkpoints(self, parts, body):
        """A list counts as known when one recording holds all of it."""
        for row in body["checkpoints"]:
            self.checkpoints.setdefault(row["uuid"], row)
        if len(body["checkpoints"]) == body["pagination"]["total"]:
            self.checkpoint_lists.setdefault((parts[0], int(parts[1])), body["checkpoints"])

    def experiment_row(self, number):
        return next((row for row in self.listed_experiments if row["id"] == number), None)

    def checkpoints_of(self, kind, number):
        """The whole list of an experiment or a trial ("experiments", "trials"); None when no recording holds it."""
        rows = self.checkpoint_lists.get((kind, number))
        if rows is None and kind == "trials" and number in self.trials:
            whole = self.checkpoint_lists.get(("experiments", self.trials[number]["experimentId"]))
            rows = whole and [row for row in whole if row["training"]["trialId"] == number]
        if rows is None and kind == "experiments" and number in self.experiments:
            if self.experiments[number]["experiment"]["checkpointCount"] == 0:
                rows = []
        return rows

    def registered(self):
        versions = [e for (_, path), found in self.answers.items() if path.endswith("/versions") for e in found]
        return {version["checkpoint"]["uuid"] for e in versions for version in e.body["modelVersions"]}


def recorded_cluster():
    return Cluster(recordings.pool())
