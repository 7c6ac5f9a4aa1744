#include "formatting/gc_plan_table.hpp"

#include <fmt/format.h>

#include <cmath>

#include "formatting/cells.hpp"
#include "formatting/json.hpp"
#include "formatting/values.hpp"

namespace det::formatting {
namespace {

using model::Collection;
using model::Fate;
using model::GcPlan;
using model::Keeper;

class Page {
 public:
  explicit Page(const GcPlanView& view) : view_(view) {}

  void line(const std::string& text) { shown_.text += text + "\n"; }
  void table(const Table& table);
  FittedText finish() { return std::move(shown_); }

 private:
  const GcPlanView& view_;
  FittedText shown_;
};

void Page::table(const Table& table) {
  if (!view_.width) {
    shown_.text += to_text(table);
    return;
  }
  const FittedText fitted = to_text(table, *view_.width);
  shown_.text += fitted.text;
  if (!fitted.cut.empty()) shown_.cut = fitted.cut;
}

std::string keeper_name(Keeper keeper) {
  switch (keeper) {
    case Keeper::experiment_best:
      return "best of experiment";
    case Keeper::trial_best:
      return "best of trial";
    case Keeper::trial_latest:
      return "latest of trial";
    case Keeper::registered:
      return "registered";
    case Keeper::warm_start:
      return "warm start";
    case Keeper::unfinished:
      return "unfinished";
  }
  return {};
}

std::string names(const std::vector<Keeper>& keepers) {
  std::string text;
  for (const Keeper keeper : keepers) text += (text.empty() ? "" : ", ") + keeper_name(keeper);
  return text;
}

std::string fate_text(const model::Judgement& judgement) {
  switch (judgement.fate) {
    case Fate::kept:
      return "kept: " + names(judgement.keepers);
    case Fate::spared:
      return "kept: spared by the master";
    case Fate::deleted:
      return judgement.keepers.empty() ? "deleted"
                                       : "deleted, documents keep it: " + names(judgement.keepers);
    case Fate::already_deleted:
      return "already deleted";
  }
  return {};
}

std::string policy_text(const model::GcPolicy& policy) {
  return fmt::format("experiment best {}, trial best {}, trial latest {}", policy.save_experiment_best,
                     policy.save_trial_best, policy.save_trial_latest);
}

std::string total_text(const model::GcTotal& total) {
  return fmt::format("{} {}, {}", total.checkpoints, total.checkpoints == 1 ? "checkpoint" : "checkpoints",
                     human_size(total.bytes));
}

Cell metric_cell(const std::optional<double>& metric) {
  if (!metric) return std::nullopt;
  if (std::isnan(*metric)) return "NaN";
  if (std::isinf(*metric)) return *metric > 0 ? "Infinity" : "-Infinity";
  return float_text(*metric);
}

// Ids of those for which `holds`, a few of them by name; empty when there is none.
template <typename Condition>
std::string some_ids(const GcPlan& plan, Condition holds) {
  constexpr std::size_t shown = 5;
  std::size_t found = 0;
  std::string text;
  for (std::size_t i = 0; i < plan.checkpoints.size(); ++i) {
    if (!holds(i) || ++found > shown) continue;
    text += (text.empty() ? "" : ", ") + terminal_safe(plan.checkpoints[i].id);
  }
  return found > shown ? fmt::format("{} and {} more", text, found - shown) : text;
}

bool is_best(const GcPlan& plan, std::size_t index) {
  return !plan.best_id.empty() && plan.checkpoints[index].id == plan.best_id;
}

std::string deletion_note(const GcPlan& plan, const Collection& collection, std::size_t index) {
  std::string note;
  const auto add = [&](const std::string& text) { note += (note.empty() ? "" : "; ") + text; };
  if (is_best(plan, index)) add("the best");
  const bool first = plan.now && &collection == &*plan.now;
  if (first && !plan.then.deletes(index)) add("the new policy keeps it");
  const auto& keepers = collection.judgements[index].keepers;
  if (!keepers.empty()) add("documents keep it: " + names(keepers));
  return note;
}

void add_deletions(Page& page, const GcPlan& plan, const Collection& collection) {
  if (collection.deleted.checkpoints == 0) return;
  Table table{{"Trial ID", "# of Batches", "Validation Metric", "UUID", "Size", "Note"}, {}};
  for (std::size_t i = 0; i < plan.checkpoints.size(); ++i) {
    if (!collection.deletes(i)) continue;
    const auto& one = plan.checkpoints[i];
    table.rows.push_back({text_cell(one.trial_id), count_cell(one.steps_completed),
                          metric_cell(one.searcher_metric), text_cell(one.id), human_size(one.size_bytes),
                          text_cell(deletion_note(plan, collection, i))});
  }
  page.table(table);
}

// Where the collection does not do what the documents say.
void add_disagreement(Page& page, const GcPlan& plan, const Collection& collection, const std::string& when) {
  const auto lost = some_ids(plan, [&](std::size_t i) {
    return collection.deletes(i) && !collection.judgements[i].keepers.empty();
  });
  const auto spared =
      some_ids(plan, [&](std::size_t i) { return collection.judgements[i].fate == Fate::spared; });
  if (!lost.empty()) page.line("! " + when + " the master deletes what the documents say is kept: " + lost);
  if (!spared.empty())
    page.line("  " + when + " the master keeps what the documents say is deleted: " + spared);
}

void add_lost_best(Page& page, const GcPlan& plan, const Collection& collection, const GcPlanView& view,
                   const std::string& when) {
  const auto lost = some_ids(plan, [&](std::size_t i) { return is_best(plan, i) && collection.deletes(i); });
  if (lost.empty()) return;
  page.line(
      fmt::format("! {} the best checkpoint by {} is deleted: {}", when, terminal_safe(view.metric), lost));
}

void add_first_remarks(Page& page, const GcPlan& plan, const GcPlanView& view) {
  const Collection& first = plan.now ? *plan.now : plan.then;
  const std::string when = plan.now ? "now" : "by this policy";
  if (plan.now) {
    const auto ids = some_ids(plan, [&](std::size_t i) { return first.deletes(i) && !plan.then.deletes(i); });
    if (!ids.empty()) page.line("! now the master deletes what the new policy keeps: " + ids);
  }
  add_lost_best(page, plan, first, view, when);
  add_disagreement(page, plan, first, when);
}

void add_remarks(Page& page, const GcPlan& plan, const GcPlanView& view) {
  add_first_remarks(page, plan, view);
  if (!plan.now || plan.same_deletions) return;
  add_lost_best(page, plan, plan.then, view, "from then on");
  add_disagreement(page, plan, plan.then, "from then on");
}

std::string origin(const Collection& collection) {
  const bool told = collection.previewed || collection.judgements.empty();
  return told ? "" : " (computed here, the master did not say)";
}

std::string now_heading(const GcPlan& plan) {
  return fmt::format("Deleted now, by the policy stored before the change ({}): {}{}",
                     policy_text(plan.now->policy), total_text(plan.now->deleted), origin(*plan.now));
}

std::string then_heading(const GcPlan& plan) {
  return fmt::format("Deleted {}by the {} ({}): {}{}", plan.now ? "from then on, " : "",
                     plan.now ? "new policy" : "policy", policy_text(plan.then.policy),
                     total_text(plan.then.deleted), origin(plan.then));
}

void add_first_collection(Page& page, const GcPlan& plan) {
  page.line(plan.now ? now_heading(plan) : then_heading(plan));
  add_deletions(page, plan, plan.now ? *plan.now : plan.then);
}

}  // namespace

FittedText gc_first_collection_text(const GcPlan& plan, const GcPlanView& view) {
  Page page(view);
  add_first_collection(page, plan);
  add_first_remarks(page, plan, view);
  return page.finish();
}

FittedText gc_change_text(const GcPlan& plan, const GcPlanView& view) {
  Page page(view);
  add_first_collection(page, plan);
  if (plan.now) {
    page.line("");
    page.line(then_heading(plan) +
              (plan.same_deletions && plan.then.deleted.checkpoints > 0 ? ", the same" : ""));
    if (!plan.same_deletions) add_deletions(page, plan, plan.then);
  }
  add_remarks(page, plan, view);
  return page.finish();
}

FittedText gc_plan_text(const GcPlan& plan, const GcPlanView& view) {
  Page page(view);
  Table table{{"Trial ID", "# of Batches", "State", "Validation Metric", "UUID", "Size"}, {}};
  if (plan.now) table.columns.push_back("Now");
  table.columns.push_back(plan.now ? "From then on" : "Fate");
  for (std::size_t i = 0; i < plan.checkpoints.size(); ++i) {
    const auto& one = plan.checkpoints[i];
    Row row{text_cell(one.trial_id),   count_cell(one.steps_completed),
            text_cell(one.state_word), metric_cell(one.searcher_metric),
            text_cell(one.id),         human_size(one.size_bytes)};
    if (plan.now) row.push_back(fate_text(plan.now->judgements[i]));
    row.push_back(fate_text(plan.then.judgements[i]));
    table.rows.push_back(std::move(row));
  }
  page.table(table);
  page.line("");
  if (plan.now) page.line(now_heading(plan));
  page.line(then_heading(plan));
  page.line("Kept: " + total_text(plan.then.kept));
  add_remarks(page, plan, view);
  return page.finish();
}

FittedText gc_matrix_text(const std::vector<model::GcComparison>& rows, const GcPlanView& view) {
  Page page(view);
  Table table{{"Experiment Best", "Trial Best", "Trial Latest", "Kept", "Deleted", "Freed",
               "Documents Delete", "Policy"},
              {}};
  for (const auto& row : rows) {
    table.rows.push_back({std::to_string(row.policy.save_experiment_best),
                          std::to_string(row.policy.save_trial_best),
                          std::to_string(row.policy.save_trial_latest), std::to_string(row.kept.checkpoints),
                          std::to_string(row.deleted.checkpoints), human_size(row.deleted.bytes),
                          std::to_string(row.documented_deletions),
                          text_cell(row.stored  ? "stored"
                                    : row.asked ? "asked"
                                                : "")});
  }
  page.table(table);
  return page.finish();
}

}  // namespace det::formatting
