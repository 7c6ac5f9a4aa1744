"""A trial that runs elsewhere, in detached mode of the official client: what a user's training script looks like.

Read by the interpreter that has the official client installed. One JSON object as the argument: experiment, trial
(external names), storage, steps (to report up to), and where given fail_at, wait_at (a step at which it raises, or says
so and waits for a line). It adds one to x a step, and stores and restores x every second step.
"""

import json
import sys

import determined
from determined import core
from determined.experimental import core_v2


def restored(latest):
    """x of the latest checkpoint, 0 without one."""
    if latest is None:
        return 0
    with core_v2.checkpoint.restore_path(latest) as path:
        return json.loads((path / "nested" / "x.json").read_text())


def stored(steps, x):
    with core_v2.checkpoint.store_path({"steps_completed": steps, "note": f"after {steps}"}) as (path, uuid):
        (path / "nested").mkdir()
        (path / "nested" / "x.json").write_text(json.dumps(x))
    print(f"stored {steps} {uuid}")


def train(order):
    info = core_v2.info
    x = restored(info.latest_checkpoint)
    begun = info.trial._steps_completed
    print(f"begun run {info.trial._trial_run_id} at {begun} with {x}, latest {info.latest_checkpoint}")
    for steps in range(begun + 1, order["steps"] + 1):
        x += 1
        core_v2.train.report_training_metrics(steps, {"loss": 1 / x, "x": x})
        core_v2.train.report_metrics("system", steps, {"cpu": steps / 100})
        if steps % 2 == 0:
            core_v2.train.report_validation_metrics(steps, {"error": abs(x - 6) / 10})
            stored(steps, x)
        if steps == order.get("fail_at"):
            raise RuntimeError("the disk is on fire")
        if steps == order.get("wait_at"):
            print(f"waiting at {steps}", flush=True)
            sys.stdin.readline()
    print(f"done with {x}")


def main():
    order = json.loads(sys.argv[1])
    searcher = {"name": "single", "metric": "error", "smaller_is_better": True}
    config = core_v2.Config(name="detached", hparams={"rate": 0.5}, labels=["elsewhere"], searcher=searcher,
                            checkpoint_storage=order["storage"], external_experiment_id=order["experiment"],
                            external_trial_id=order["trial"])
    core_v2.init(config=config, tensorboard_mode=core.TensorboardMode.MANUAL)
    print(f"client {determined.__version__}")
    train(order)


main()
