"""What the official SDK does with checkpoints. Read by the interpreter that has the official client installed."""

import pathlib
import shutil

from determined.common import api
from determined.common.api import bindings, errors
from determined.experimental import client
from determined.experimental.client import CheckpointSortBy, CheckpointState, DownloadMode, OrderBy

import archives
from sdk_place import equal, metric, refused, uuids, wait_for


def checkpoints_are_sorted_by_the_searcher_metric(place):
    for experiment, sign in ((5, 1), (12, 1)):
        name = place.cluster.experiments[experiment]["config"]["searcher"]["metric"]
        ranked = sorted((sign * metric(row, name), row["uuid"]) for row in place.rows(experiment) if metric(row, name))
        found = uuids(client.get_experiment(experiment).list_checkpoints())
        equal(found[:len(ranked)], [uuid for _, uuid in ranked])
        equal(set(found), {row["uuid"] for row in place.rows(experiment)})
        equal(uuids(client.get_experiment(experiment).list_checkpoints(max_results=3)), found[:3])
    equal(uuids(client.get_trial(16).list_checkpoints(max_results=1)), [ranked[0][1]])
    equal(uuids(client.get_trial(7).list_checkpoints(max_results=1)), ["a0000007-0000-4000-8000-000000000007"])


def nan_and_infinities_have_their_places(place):
    found = uuids(client.get_experiment(8).list_checkpoints())
    values = {row["uuid"]: metric(row, "validation_error") for row in place.rows(8)}
    # A real master's order is spoilt by NaN; ours ranks finite values first, as whoever chooses a best one does.
    equal([values[uuid] for uuid in found][:5], [0.1, 0.5, "-Infinity", "Infinity", "NaN"])


def checkpoints_are_sorted_by_attributes(place):
    keys = {CheckpointSortBy.UUID: lambda row: row["uuid"],
            CheckpointSortBy.BATCH_NUMBER: lambda row: row["metadata"]["steps_completed"],
            CheckpointSortBy.END_TIME: lambda row: row["reportTime"]}
    for source in (client.get_experiment(12), client.get_trial(16)):
        for attribute, key in keys.items():
            expected = [row["uuid"] for row in sorted(place.rows(12), key=key)]
            equal(uuids(source.list_checkpoints(attribute, OrderBy.ASC)), expected)
            equal(uuids(source.list_checkpoints(attribute, OrderBy.DESC)), expected[::-1])
            equal(uuids(source.list_checkpoints(attribute, OrderBy.DESC, max_results=7)), expected[::-1][:7])
    by_trial = client.get_experiment(5).list_checkpoints(CheckpointSortBy.TRIAL_ID, OrderBy.DESC)
    equal([checkpoint.training.trial_id for checkpoint in by_trial], [7] * 5 + [6] * 5)
    states = [row.state for row in client.get_trial(22).list_checkpoints(CheckpointSortBy.STATE, OrderBy.ASC)]
    equal(len(states), 8)


def checkpoints_are_sorted_by_any_metric(place):
    """Those that lack it come last; in an ascending list of a real master they come first, and hide the best one."""
    for source, experiment, name in ((client.get_experiment(12), 12, "val_acc"), (client.get_trial(16), 12, "val_acc"),
                                     (client.get_experiment(5), 5, "validation_error")):
        ranked = sorted((metric(row, name), row["uuid"]) for row in place.rows(experiment)
                        if metric(row, name) is not None)
        expected = [uuid for _, uuid in ranked]
        ascending, descending = (uuids(source.list_checkpoints(name, order)) for order in (OrderBy.ASC, OrderBy.DESC))
        equal((len(ascending), len(descending)), (len(place.rows(experiment)),) * 2)
        equal(ascending[:len(expected)], expected)
        equal(descending[:len(expected)], expected[::-1])
        equal(uuids(source.list_checkpoints(name, OrderBy.DESC, max_results=1)), expected[-1:])


def only_whole_checkpoints_are_an_experiments(place):
    equal(len(client.get_experiment(18).list_checkpoints()), 6)
    equal(len(client.get_trial(22).list_checkpoints()), 8)


def pages_of_any_size_make_the_same_list(place):
    def listed(limit):
        def page(offset):
            return bindings.get_GetExperimentCheckpoints(
                place.session, id=12, offset=offset, limit=limit, sortByAttr=bindings.checkpointv1SortBy.BATCH_NUMBER)
        return [row.uuid for answer in api.read_paginated(page) for row in answer.checkpoints]

    whole = listed(None)
    equal(len(whole), 25)
    for limit in (1, 4, 24, 25, 26):
        equal(listed(limit), whole)


def a_checkpoint_is_what_was_recorded(place):
    for row in place.cluster.checkpoints.values():
        found = client.get_checkpoint(row["uuid"])
        equal(found.state.value, row["state"])
        equal((found.metadata, found.resources), (row["metadata"], row["resources"]))
        equal(found.report_time, row["reportTime"])
        equal(found.training.trial_id, row["training"]["trialId"])
        equal(found.training.experiment_id, row["training"]["experimentId"])
        equal(found.training.hparams, row["training"]["hparams"])
        equal(found.training.validation_metrics, row["training"]["validationMetrics"])
    refused(errors.NotFoundException, client.get_checkpoint, "00000000-0000-4000-8000-000000000000")
    refused(errors.APIException, client.get_checkpoint, "no-uuid")


def metadata_are_added_and_removed(place):
    checkpoint = client.get_checkpoint(place.rows(12)[0]["uuid"])
    before = dict(checkpoint.metadata)
    added = {"verdict": "good", "nested": {"list": [1, None, "ü"]}, "n": 2**53}
    checkpoint.add_metadata(added)
    equal(client.get_checkpoint(checkpoint.uuid).metadata, {**before, **added})
    checkpoint.add_metadata({"verdict": "better"})
    checkpoint.remove_metadata(["nested", "n", "never there"])
    equal(client.get_checkpoint(checkpoint.uuid).metadata, {**before, "verdict": "better"})
    checkpoint.remove_metadata(["verdict"])
    equal(client.get_checkpoint(checkpoint.uuid).metadata, before)


def a_checkpoint_is_downloaded_either_way(place):
    row = place.rows(12)[3]
    for mode in (DownloadMode.DIRECT, DownloadMode.MASTER, DownloadMode.AUTO):
        folder = pathlib.Path(f"fetched-{mode}")
        path = client.get_checkpoint(row["uuid"]).download(str(folder), mode=mode)
        equal(path, str(folder))
        found = {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
        equal(sorted(found), [name for name, _ in archives.files(row)])
        equal(found, dict(archives.files(row)))
        shutil.rmtree(folder)


def files_are_removed_by_globs(place):
    row = place.rows(12)[5]
    checkpoint, folder = client.get_checkpoint(row["uuid"]), place.storage / row["uuid"]
    checkpoint.remove_files([])
    refused(errors.APIException, checkpoint.remove_files, [""])
    refused(errors.APIException, checkpoint.remove_files, ["../**"])
    checkpoint.reload()
    equal((checkpoint.state, checkpoint.resources), (CheckpointState.COMPLETED, row["resources"]))
    checkpoint.remove_files(["nested/**", "empty"])
    wait_for(lambda: not (folder / "nested" / "a.txt").exists() and not (folder / "empty").exists())
    wait_for(lambda: client.get_checkpoint(row["uuid"]).state == CheckpointState.PARTIALLY_DELETED)
    left = {name: size for name, size in row["resources"].items() if name in ("metadata.json", "state_dict.pth")}
    found = client.get_checkpoint(row["uuid"])
    equal({name: size for name, size in found.resources.items() if not name.endswith("/")}, left)
    path = pathlib.Path(found.download("partial", mode=DownloadMode.MASTER))
    equal(sorted(file.name for file in path.rglob("*") if file.is_file()), sorted(left))


def a_checkpoint_is_deleted(place):
    row = place.rows(12)[6]
    client.get_checkpoint(row["uuid"]).delete()
    wait_for(lambda: not (place.storage / row["uuid"]).exists())
    found = client.get_checkpoint(row["uuid"])
    equal(found.state, CheckpointState.DELETED)
    client.get_checkpoint(row["uuid"]).delete()  # again: accepted
    assert row["uuid"] not in uuids(client.get_experiment(12).list_checkpoints())
    refused(Exception, found.download, "gone")


CHECKS = (checkpoints_are_sorted_by_the_searcher_metric, nan_and_infinities_have_their_places,
          checkpoints_are_sorted_by_attributes, checkpoints_are_sorted_by_any_metric,
          only_whole_checkpoints_are_an_experiments, pages_of_any_size_make_the_same_list,
          a_checkpoint_is_what_was_recorded, metadata_are_added_and_removed, a_checkpoint_is_downloaded_either_way)
CHANGES = (files_are_removed_by_globs, a_checkpoint_is_deleted)
