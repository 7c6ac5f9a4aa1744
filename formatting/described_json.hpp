#pragma once

#include "model/json.hpp"

namespace det::formatting {

// What `describe --json` prints is the master's answer in the official tool's dress: fields that the answer
// left out stand there as null, and a number that is a measure has a fraction (1.0, not 1). Fields that the
// official tool does not know are kept. Throw Error{master} for what is no such answer.

// From the answer of GET experiments/{id}.
model::Json described_experiment(model::Json answer);

// From the answer of GET trials/{id}; its "workloads" is an empty list.
model::Json described_trial(model::Json answer);

// What one page of workloads brought.
struct WorkloadCount {
  int added = 0;
  int total = 0;  // of all pages, as the master says
};

// Appends the workloads in the answer of GET trials/{id}/workloads to those of `trial`.
WorkloadCount add_workloads(model::Json& trial, model::Json answer);

}  // namespace det::formatting
