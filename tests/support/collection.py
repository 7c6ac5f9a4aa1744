"""GET /experiments/{id}/preview_gc as a real master 0.38.1 computes it, with its defects.

A checkpoint is deleted when it is ranked below both "best" limits, or has no searcher metric, and is ranked below
the "latest" limit. The latest rank is counted among the validated checkpoints of a trial, and among all unvalidated
ones of the experiment together; without steps_completed a checkpoint comes first. State is not looked at.
"""

import math

from listing import internal, searcher_metric


def preview(rows, policy, smaller_is_better, registered):
    """The rows to delete, as the master's plain handler prints them; None when there is none."""
    best = _best_order(rows, smaller_is_better)
    deleted = [row for row in rows if row["uuid"] not in registered
               and _is_deleted(row, rows, best, policy)]
    if any(not math.isfinite(value) for row in deleted if (value := searcher_metric(row)) is not None):
        raise internal("json: unsupported value: +Inf")
    deleted.sort(key=lambda row: row["uuid"], reverse=True)
    return [pascal_case(row) for row in deleted] or None


def _is_deleted(row, rows, best, policy):
    trial = [other for other in best if _trial(other) == _trial(row)]
    kept_as_best = row in best and (best.index(row) < policy["save_experiment_best"]
                                    or trial.index(row) < policy["save_trial_best"])
    return not kept_as_best and _latest_rank(row, rows) > policy["save_trial_latest"]


def _best_order(rows, smaller_is_better):
    sign = 1 if smaller_is_better else -1

    def worth(row):
        value = searcher_metric(row)
        return (math.isnan(value), 0.0 if math.isnan(value) else sign * value, row["uuid"])

    return sorted((row for row in rows if searcher_metric(row) is not None), key=worth)


def _latest_rank(row, rows):
    newer = [other for other in rows if _partition(other) == _partition(row) and _steps(other) > _steps(row)]
    return 1 + len(newer)


def _partition(row):
    """A validation counts here even when it lacks the searcher metric."""
    return None if row["training"]["validationMetrics"]["avgMetrics"] is None else _trial(row)


def _trial(row):
    return row["training"]["trialId"]


def _steps(row):
    return row["metadata"].get("steps_completed", math.inf)


def pascal_case(row):
    training = row["training"]
    resources = {name: int(size) for name, size in row["resources"].items()}
    trained = training["trainingMetrics"]["avgMetrics"]
    return {"ID": int(row["uuid"][:8], 16), "UUID": row["uuid"], "TaskID": row["taskId"], "AllocationID": None,
            "ReportTime": row["reportTime"], "State": row["state"].removeprefix("STATE_"), "Resources": resources,
            "Metadata": row["metadata"], "Size": sum(resources.values()), "StorageID": row.get("storageId"),
            "TrialID": training["trialId"], "ExperimentID": training["experimentId"],
            "ExperimentConfig": training["experimentConfig"], "HParams": training["hparams"],
            "TrainingMetrics": trained and {"avg_metrics": trained, "batch_metrics": None},
            "ValidationMetrics": training["validationMetrics"]["avgMetrics"],
            "SearcherMetric": searcher_metric(row), "StepsCompleted": row["metadata"].get("steps_completed")}
