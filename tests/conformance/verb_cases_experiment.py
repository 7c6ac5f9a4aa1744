"""Verbs that change an experiment or a trial. Answers as a master 0.38.1 gave them."""

from verb_case import Case, answer, refusal

CASES = [
    Case("pause", ["experiment", "pause", "5"], {"POST /api/v1/experiments/5/pause": answer({})}),
    Case("pause of one that has ended", ["e", "pause", "4"], {
        "POST /api/v1/experiments/4/pause": refusal(400, "FailedPrecondition", "experiment in terminal state")}),
]
