"""Lists as a real master 0.38.1 sorts and cuts them: its good rules and its odd ones."""

import hashlib
import math


class Refused(Exception):
    """The master's refusal: HTTP status, gateway code, reason, text."""

    def __init__(self, status, code, reason, text):
        super().__init__(text)
        self.status, self.code, self.reason = status, code, reason


def invalid(text):
    return Refused(400, 3, "InvalidArgument", text)


def internal(text):
    return Refused(500, 13, "Internal", text)


class Query:
    """The query of a list; snake_case names count as their camelCase ones."""

    def __init__(self, pairs):
        self.values = {}
        for name, value in pairs:
            head, *rest = name.split("_")
            self.values.setdefault(head + "".join(word.title() for word in rest), []).append(value)

    def text(self, name, default=""):
        return self.values.get(name, [default])[-1]

    def all(self, name):
        return self.values.get(name, [])

    def number(self, name):
        return int(self.text(name, "0") or 0)

    @property
    def descending(self):
        return self.text("orderBy") == "ORDER_BY_DESC"


def searcher_metric(row):
    return as_float(row["training"].get("searcherMetric"))


def metric(row, name):
    return as_float((row["training"]["validationMetrics"]["avgMetrics"] or {}).get(name))


def as_float(value):
    """None when absent. NaN and infinities travel as JSON strings."""
    return None if value is None else float(value)


CHECKPOINT_ATTRIBUTES = {
    "SORT_BY_UUID": lambda row: row["uuid"],
    "SORT_BY_TRIAL_ID": lambda row: row["training"]["trialId"],
    "SORT_BY_BATCH_NUMBER": lambda row: row["metadata"].get("steps_completed", 0),
    "SORT_BY_END_TIME": lambda row: row["reportTime"],
    "SORT_BY_STATE": lambda row: row["state"],
}


def checkpoints(rows, query, smaller_is_better):
    """`smaller_is_better`: the experiment's; None in the list of a trial, where the master does not look at it."""
    attribute, by_metric = query.text("sortByAttr"), query.text("sortByMetric")
    if attribute and by_metric:
        raise invalid("field already set for sort_by oneof")
    if states := query.all("states"):
        rows = [row for row in rows if row["state"] in states]
    if by_metric:
        rows = _by_metric(rows, by_metric, query.descending)
    elif attribute == "SORT_BY_SEARCHER_METRIC":
        rows = _by_searcher_metric(rows, query, smaller_is_better)
    elif attribute in CHECKPOINT_ATTRIBUTES:
        rows = sorted(rows, key=CHECKPOINT_ATTRIBUTES[attribute], reverse=query.descending)
    elif attribute:
        raise invalid(f"{attribute} is not a valid checkpointv1.SortBy")
    else:
        rows = sorted(rows, key=lambda row: hashlib.sha256(row["uuid"].encode()).digest())  # no order at all
    if query.number("limit") < 0:
        raise internal("reflect.Value.Slice: slice index out of bounds")
    if query.number("offset") > len(rows):
        raise invalid("offset out of bounds")
    return rows


def _by_metric(rows, name, descending):
    if any(not math.isfinite(value) for row in rows if (value := metric(row, name)) is not None):
        raise internal("interface conversion: interface {} is string, not float64")
    return sorted(rows, key=lambda row: _missing_first(metric(row, name), row), reverse=descending)


def _missing_first(value, row):
    return (value is not None, value or 0.0, row["reportTime"])


def _by_searcher_metric(rows, query, smaller_is_better):
    ordered = query.text("orderBy") != ""
    if smaller_is_better is None or ordered:
        return sorted(rows, key=lambda row: _missing_first(searcher_metric(row), row), reverse=query.descending)
    with_metric = [row for row in rows if searcher_metric(row) is not None]
    without = sorted((row for row in rows if searcher_metric(row) is None), key=lambda row: row["reportTime"])
    sign = 1 if smaller_is_better else -1
    with_metric.sort(key=lambda row: row["reportTime"])
    return _insertion_sorted(with_metric, lambda row: sign * searcher_metric(row)) + without[::-1]


def _insertion_sorted(rows, key):
    """What Go's sort.Slice does with few rows: NaN compares false both ways and spoils the order."""
    rows = list(rows)
    for end in range(1, len(rows)):
        at = end
        while at > 0 and key(rows[at]) < key(rows[at - 1]):
            rows[at], rows[at - 1] = rows[at - 1], rows[at]
            at -= 1
    return rows


EXPERIMENT_ATTRIBUTES = {
    "": lambda row: row["id"],
    "SORT_BY_ID": lambda row: row["id"],
    "SORT_BY_NAME": lambda row: row["name"],
    "SORT_BY_START_TIME": lambda row: row["startTime"],
    "SORT_BY_STATE": lambda row: row["state"],
    "SORT_BY_NUM_TRIALS": lambda row: row["numTrials"],
    "SORT_BY_CHECKPOINT_COUNT": lambda row: row["checkpointCount"],
}


def experiments(rows, query):
    wanted = {"states": "state", "users": "username", "userIds": "userId"}
    for name, attribute in wanted.items():
        if values := query.all(name):
            rows = [row for row in rows if str(row[attribute]) in values]
    if archived := query.text("archived"):
        rows = [row for row in rows if row["archived"] == (archived == "true")]
    if query.text("sortBy") not in EXPERIMENT_ATTRIBUTES:
        raise invalid(f"{query.text('sortBy')} is not a valid v1GetExperimentsRequestSortBy")
    return sorted(rows, key=EXPERIMENT_ATTRIBUTES[query.text("sortBy")], reverse=query.descending)


def trials(rows, query):
    if states := query.all("states"):
        rows = [row for row in rows if row["state"] in states]
    return sorted(rows, key=lambda row: row["id"], reverse=query.descending)


def page(name, rows, query):
    """Cuts as the master does: a negative offset counts from the end, limit 0 and -1 are all, -2 is none."""
    offset, limit, total = query.number("offset"), query.number("limit"), len(rows)
    start = min(offset, total) if offset >= 0 else max(0, total + offset)
    end = total if limit in (0, -1) else start if limit < -1 else min(total, start + limit)
    pagination = {"offset": offset, "limit": limit, "startIndex": start, "endIndex": end, "total": total}
    return {name: rows[start:end], "pagination": pagination}
