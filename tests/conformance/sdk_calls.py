"""The official SDK, called on the recorded cluster in an embedded master; what it must find is taken from the recordings.

    sdk_calls.py MASTER PASSWORD STORAGE

Read by the interpreter that has the official client installed. Fails like a test, one line a check.
"""

import sys
import warnings

from determined.common.api import bindings, errors
from determined.common.experimental.trial import LogLevel
from determined.experimental import client
from determined.experimental.client import (CheckpointState, ExperimentSortBy, ExperimentState, ModelSortBy, OrderBy,
                                            TrialSortBy)
from embedded import PEER, judge  # puts tests/support on the path

import sdk_checkpoints
from sdk_place import Place, equal, metric, refused, wait_for


# Who asks


def it_knows_who_is_signed_in(place):
    equal(client.whoami().username, "determined")
    equal(client.get_session_username(), "determined")
    equal({user.username for user in client.list_users()}, {"admin", "determined"})
    equal(client.get_user_by_name("admin").admin, True)
    equal(client.get_user_by_id(client.whoami().user_id).username, "determined")


def a_wrong_password_is_refused(place):
    refused(errors.UnauthenticatedException, client.Determined, place.session.master, "admin", "wrong")
    refused(errors.UnauthenticatedException, client.Determined, place.session.master, "nobody", "wrong")


# Experiments and trials


def experiments_are_listed_sorted_and_filtered(place):
    def ids(**filters):
        return [experiment.id for experiment in client.list_experiments(**filters)]

    equal(ids(), list(range(1, 19)))
    equal(ids(sort_by=ExperimentSortBy.ID, order_by=OrderBy.DESC), list(range(18, 0, -1)))
    names = [place.cluster.experiments[number]["experiment"]["name"] for number in ids(sort_by=ExperimentSortBy.NAME)]
    equal(names, sorted(names))
    equal(ids(sort_by=ExperimentSortBy.CHECKPOINT_COUNT, order_by=OrderBy.DESC)[0], 12)
    equal(ids(sort_by=ExperimentSortBy.START_TIME, order_by=OrderBy.DESC), list(range(18, 0, -1)))
    equal(ids(experiment_ids=[5, 12]), [5, 12])
    equal(ids(labels=["files"]), [2, 4, 12])
    equal(ids(labels=["blue", "green"]), [10])
    equal(ids(users=["admin"]), [])
    equal(ids(states=[ExperimentState.ERROR]), [10])
    equal(ids(states=[ExperimentState.ERROR, ExperimentState.PAUSED]), [1, 10, 11, 14])
    equal(ids(name="nan-inf"), [8, 9])
    equal(ids(project_id=1, name="one-ckpt"), [16])


def an_experiment_is_what_was_recorded(place):
    experiment = client.get_experiment(12)
    expected = place.cluster.experiments[12]["experiment"]
    equal(experiment.name, expected["name"])
    equal(experiment.state, ExperimentState.COMPLETED)
    equal(experiment.labels, set(expected["labels"]))
    equal((experiment.description, experiment.notes), (expected["description"], expected["notes"]))
    equal((experiment.progress, experiment.archived), (1.0, False))
    equal((experiment.project_id, experiment.workspace_id), (1, 1))
    config = {**experiment.config, "checkpoint_storage": expected["config"]["checkpoint_storage"]}
    equal(config, expected["config"])
    equal(experiment.wait(interval=0.1), ExperimentState.COMPLETED)
    equal(experiment.await_first_trial().id, 16)
    refused(errors.NotFoundException, client.get_experiment, 99999)


def trials_are_listed_sorted_and_in_pages(place):
    experiment = client.get_experiment(5)
    equal([trial.id for trial in experiment.list_trials()], [6, 7])
    equal([trial.id for trial in experiment.iter_trials(limit=1)], [6, 7])
    equal([trial.id for trial in experiment.iter_trials(order_by=OrderBy.DESC, limit=1)], [7, 6])
    for attribute in TrialSortBy:
        equal({trial.id for trial in experiment.list_trials(sort_by=attribute)}, {6, 7})
    equal([trial.id for trial in experiment.list_trials(TrialSortBy.BEST_VALIDATION_METRIC)], [7, 6])
    equal([trial.id for trial in experiment.list_trials(TrialSortBy.BATCHES_PROCESSED, OrderBy.DESC)], [7, 6])


def a_trial_is_what_was_recorded(place):
    for number in (6, 7, 16, 19, 22):
        trial, expected = client.get_trial(number), place.cluster.trials[number]
        equal(trial.experiment_id, expected["experimentId"])
        equal(trial.hparams, expected["hparams"])
        equal(trial.state.value, expected["state"])
        equal(trial.summary_metrics, expected["summaryMetrics"])
        equal(trial.get_experiment().id, expected["experimentId"])
        equal(bindings.get_GetTrial(place.session, trialId=number).trial.totalBatchesProcessed,
              expected["totalBatchesProcessed"])
    refused(errors.NotFoundException, client.get_trial, 99999)


def an_experiment_is_renamed_labelled_and_archived(place):
    experiment = client.get_experiment(16)
    experiment.set_name("renamed"), experiment.set_description("described"), experiment.set_notes("# noted")
    experiment.add_label("one"), experiment.add_label("two & ü"), experiment.add_label("one")
    equal(experiment.labels, {"one", "two & ü"})
    experiment.remove_label("one"), experiment.remove_label("never there")
    experiment.archive()
    found = client.get_experiment(16)
    equal((found.name, found.description, found.notes), ("renamed", "described", "# noted"))
    equal((found.labels, found.archived), ({"two & ü"}, True))
    found.set_labels({"a", "b"})
    found.unarchive()
    found.reload()
    equal((found.labels, found.archived, found.name), ({"a", "b"}, False, "renamed"))
    found.set_labels(set())
    equal(client.get_experiment(16).labels, None)


# Metrics and logs


def metrics_are_streamed(place):
    def reported(trial, group):
        return [(load[group]["totalBatches"], load[group]["metrics"]["avgMetrics"])
                for load in place.cluster.workloads[trial] if group in load]

    for number in (6, 7, 22):
        trial = client.get_trial(number)
        for group in ("training", "validation"):
            found = [(report.steps_completed, report.metrics) for report in trial.iter_metrics(group)]
            equal(sorted(found, key=str), sorted(reported(number, group), key=str))
            assert all(report.group == group and report.trial_id == number for report in trial.iter_metrics(group))
    equal(len(list(client.iter_trials_metrics([6, 7], "training"))), 10)
    equal(len(list(client.stream_trials_validation_metrics([6, 7]))), 5)
    equal([report.steps_completed for report in client.get_trial(16).stream_training_metrics()],
          sorted(row["metadata"]["steps_completed"] for row in place.rows(12)))
    validated = [row for row in place.rows(12) if metric(row, "val_loss")]
    equal(len(list(client.get_trial(16).stream_validation_metrics())), len(validated))
    equal(list(client.get_trial(6).iter_metrics("no such group")), [])
    refused(errors.APIException, lambda: list(client.iter_trials_metrics([99999], "training")))


def nan_is_streamed_as_it_was_reported(place):
    values = [report.metrics.get("validation_error") for report in client.get_trial(12).iter_metrics("validation")]
    equal([str(value) for value in values if value is not None], ["NaN", "Infinity", "0.5", "-Infinity", "0.1"])


def logs_are_shipped_and_filtered(place):
    task = bindings.get_GetTrial(place.session, trialId=6).trial.taskId
    lines = [bindings.v1TaskLog(taskId=task, log=f"line {n}\n", level=level, rankId=n % 2, stdtype="stdout",
                                source="task", timestamp=f"2026-11-20T23:00:0{n}.000000+00:00", containerId="c0ffee")
             for n, level in enumerate([bindings.v1LogLevel.DEBUG, bindings.v1LogLevel.INFO, bindings.v1LogLevel.WARNING,
                                        bindings.v1LogLevel.ERROR, bindings.v1LogLevel.CRITICAL])]
    bindings.post_PostTaskLogs(place.session, body=bindings.v1PostTaskLogsRequest(logs=lines))

    def shown(**filters):
        return [int(line.rsplit("line ", 1)[1]) for line in client.get_trial(6).iter_logs(**filters)]

    equal(shown(), [0, 1, 2, 3, 4])
    equal(shown(follow=True), [0, 1, 2, 3, 4])
    equal((shown(head=2), shown(tail=2)), ([0, 1], [3, 4]))
    equal(shown(min_level=LogLevel.WARNING), [2, 3, 4])
    equal(shown(rank_ids=[1]), [1, 3])
    equal(shown(search_text="line 3"), [3])
    equal(shown(timestamp_after="2026-11-20T23:00:02Z"), [3, 4])
    equal(shown(timestamp_before="2026-11-20T23:00:02Z"), [0, 1, 2])
    equal(shown(container_ids=["other"]), [])
    equal(shown(stdtypes=["stdout"], sources=["task"]), [0, 1, 2, 3, 4])


# The registry


def models_have_versions_metadata_and_labels(place):
    model = client.create_model("sdk-model", "of a test", {"k": 1})
    refused(errors.APIException, client.create_model, "sdk-model")
    model.add_metadata({"l": [2]}), model.set_labels(["x", "y"]), model.set_description("changed")
    first, second = (model.register_version(row["uuid"]) for row in place.rows(12)[8:10])
    equal((first.model_version, second.model_version), (1, 2))
    found = client.get_model("sdk-model")
    equal((found.metadata, found.labels, found.description), ({"k": 1, "l": [2]}, ["x", "y"], "changed"))
    equal(client.get_model(found.model_id).name, "sdk-model")
    equal(found.get_version().model_version, 2)
    equal(found.get_version(1).checkpoint.uuid, place.rows(12)[8]["uuid"])
    equal([version.model_version for version in found.list_versions()], [2, 1])
    equal([version.model_version for version in found.list_versions(OrderBy.ASC)], [1, 2])
    first.set_name("release"), first.set_notes("good")
    found = client.get_model("sdk-model").get_version(1)
    equal((found.name, found.notes), ("release", "good"))
    equal(sorted(client.get_model_labels()), ["x", "y"])
    refused(errors.NotFoundException, client.get_model, "no such model")


def models_are_listed(place):
    equal([model.name for model in client.list_models()], ["reg-model", "sdk-model"])
    equal([model.name for model in client.list_models(ModelSortBy.CREATION_TIME, OrderBy.DESC)],
          ["sdk-model", "reg-model"])
    equal([model.name for model in client.list_models(name="sdk")], ["sdk-model"])
    model = client.get_model("sdk-model")
    model.archive()
    equal(client.get_model("sdk-model").archived, True)
    refused(errors.APIException, model.register_version, place.rows(12)[10]["uuid"])
    model.unarchive()
    equal(client.get_model("sdk-model").archived, False)


def a_registered_checkpoint_cannot_be_deleted(place):
    uuid = place.rows(12)[8]["uuid"]
    for call in (client.get_checkpoint(uuid).delete, lambda: client.get_checkpoint(uuid).remove_files(["**/*"])):
        said = refused(errors.APIException, call)
        assert uuid in said and "sdk-model" in said, said
    equal(client.get_checkpoint(uuid).state, CheckpointState.COMPLETED)
    client.get_model("sdk-model").get_version(1).delete()
    client.get_checkpoint(uuid).delete()
    wait_for(lambda: not (place.storage / uuid).exists())
    client.get_model("sdk-model").delete()
    equal([model.name for model in client.list_models()], ["reg-model"])


def an_experiment_is_deleted_with_its_files(place):
    folders = [place.storage / row["uuid"] for row in place.rows(17)]
    assert all(folder.exists() for folder in folders)
    client.get_experiment(17).delete()
    wait_for(lambda: not any(folder.exists() for folder in folders))
    wait_for(lambda: 17 not in [experiment.id for experiment in client.list_experiments()])
    refused(errors.NotFoundException, client.get_experiment, 17)
    refused(errors.APIException, client.get_experiment(15).delete)


CHECKS = (it_knows_who_is_signed_in, a_wrong_password_is_refused, experiments_are_listed_sorted_and_filtered,
          an_experiment_is_what_was_recorded, trials_are_listed_sorted_and_in_pages, a_trial_is_what_was_recorded,
          *sdk_checkpoints.CHECKS, metrics_are_streamed, nan_is_streamed_as_it_was_reported,
          logs_are_shipped_and_filtered, an_experiment_is_renamed_labelled_and_archived, *sdk_checkpoints.CHANGES,
          models_have_versions_metadata_and_labels, models_are_listed, a_registered_checkpoint_cannot_be_deleted,
          an_experiment_is_deleted_with_its_files)


def main():
    warnings.simplefilter("ignore", FutureWarning)
    master, password, storage = sys.argv[1:]
    client.login(master, "determined", password)
    return judge(CHECKS, Place(storage), f"groups of calls of the SDK of {PEER} work")


sys.exit(main())
