//! A plan of one row: what it has before and after, then what is gained, lost and kept, a line each.

use super::super::words;
use crate::{
    api::wire::{Plan, Workspace},
    app::view::Tone,
    domain::{plan::RowOutcome, time::Timestamp},
    i18n::{t, tf},
    words::plan,
};

/// The row as lines, each with its tone.
pub(super) fn lines(plan: &Plan, workspace: &Workspace, now: Timestamp) -> Vec<(String, Tone)> {
    let Some(row) = plan.rows.first() else { return Vec::new() };
    let Some(shape) = plan.shape(row) else { return Vec::new() };
    let mut told: Vec<(String, Tone)> = Vec::new();
    match &shape.outcome {
        RowOutcome::Done => {
            told.push((plan::sides(&shape.before, &shape.after, workspace, now), Tone::Strong));
            let access = [
                ("dialog.plan.gains_line", plan::gains(shape, workspace), Tone::Good),
                ("dialog.plan.loses_line", plan::loses(shape, workspace), Tone::Bad),
            ];
            let some = access.into_iter().filter(|(_, what, _)| !what.is_empty());
            told.extend(some.map(|(key, what, tone)| (tf(key, &[("what", &what)]), tone)));
            let stays = shape.stays.iter();
            told.extend(stays.map(|kept| (words::stays("dialog.plan.stays", kept, workspace, now), Tone::Dim)));
            if shape.gains.is_empty() && shape.loses.is_empty() {
                told.push((t("dialog.plan.no_effect").to_owned(), Tone::Dim));
            }
        }
        RowOutcome::Unchanged => told.push((t("dialog.plan.unchanged").to_owned(), Tone::Dim)),
        RowOutcome::Skipped { why } | RowOutcome::Failed { why } => {
            told.push((words::refused(why, workspace), Tone::Bad));
        }
    }
    told.extend(row.warnings.iter().map(|warning| (format!("! {}", crate::words::warning(warning)), Tone::Warn)));
    told.retain(|(text, _)| !text.is_empty());
    told
}
