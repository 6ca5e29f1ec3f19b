//! Rewriting goldens. Nothing changes without being listed.

use super::check::{Output, Verdict};
use super::diff::{Difference, Reading, compare};
use super::report::scoreboard;
use super::store::{DATA, Store, StoreError, WORKBOOK};
use crate::pipeline::commit::CommitError;
use serde_json::{Value, json};
use std::path::PathBuf;

/// A file that was rewritten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub path: PathBuf,
    /// For data: each value that is expected differently from now on.
    pub differences: Vec<Difference>,
}

/// Why an update broke off.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Commit(#[from] CommitError),
}

/// Rewrites the golden of one document: the workbook's text, and the data only if
/// `accept_data`, since the data is meant to come from the truth.
pub fn update(
    store: &Store,
    id: &str,
    output: &Output,
    accept_data: bool,
) -> Result<Vec<Change>, UpdateError> {
    let mut changes = Vec::new();
    let path = store.path(id, WORKBOOK);
    if store.write(&path, &output.workbook)? {
        changes.push(Change { path, differences: Vec::new() });
    }
    if accept_data {
        let old = store.data(id)?.unwrap_or_else(|| json!({"forms": [], "findings": {}}));
        let differences = compare(&old, &output.json, Reading::Printed).differences;
        let path = store.path(id, DATA);
        if !differences.is_empty() && store.write(&path, &text(&expected(&output.json)))? {
            changes.push(Change { path, differences });
        }
    }
    Ok(changes)
}

/// Rewrites the scoreboard, if these are the verdicts on every golden there is and none was skipped.
pub fn update_scoreboard(store: &Store, verdicts: &[Verdict]) -> Result<Vec<Change>, UpdateError> {
    if verdicts.iter().any(|v| v.skipped.is_some()) {
        return Ok(Vec::new());
    }
    if !store.ids()?.iter().all(|id| verdicts.iter().any(|v| v.id == *id)) {
        return Ok(Vec::new());
    }
    let path = store.folder.join(scoreboard::FILE);
    let changed = store.write(&path, &scoreboard::render(verdicts))?;
    Ok(changed.then_some(Change { path, differences: Vec::new() }).into_iter().collect())
}

/// What a golden keeps of an output.
fn expected(output: &Value) -> Value {
    let forms: Vec<Value> = output["forms"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|form| json!({"template": form["template"], "data": form["data"]}))
        .collect();
    let errors = output["findings"].as_array().into_iter().flatten();
    let mut errors: Vec<&str> =
        errors.filter(|f| f["severity"] == "error").filter_map(|f| f["code"].as_str()).collect();
    errors.sort_unstable();
    json!({"forms": forms, "findings": {"errors": errors}})
}

fn text(value: &Value) -> String {
    format!("{value:#}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::golden::check::check;
    use crate::pipeline::Timings;

    #[test]
    fn data_is_kept_unless_it_is_accepted() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        let store = Store { folder: dir.path().to_owned() };
        let json = r#"{"forms": [{"template": "t", "pages": [1], "data": {"a": 1.50}}],
                       "findings": [{"code": "x.y", "severity": "error"}]}"#;
        let output = Output {
            json: serde_json::from_str(json)?,
            workbook: "w\n".into(),
            timings: Timings::default(),
        };
        let changed = |accept| -> Result<Vec<PathBuf>, UpdateError> {
            Ok(update(&store, "s", &output, accept)?.into_iter().map(|c| c.path).collect())
        };
        assert_eq!(changed(false)?, [store.path("s", WORKBOOK)]);
        assert!(changed(false)?.is_empty());
        assert_eq!(changed(true)?, [store.path("s", DATA)]);
        assert!(changed(true)?.is_empty(), "a second update changes nothing");
        assert!(check(&store, "s", "s.pdf", Reading::Printed, Ok(&output)).passes());
        assert!(std::fs::read_to_string(store.path("s", DATA))?.contains("1.50"));
        Ok(())
    }

    #[test]
    fn a_scoreboard_covers_every_golden_or_stays() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        let store = Store { folder: dir.path().to_owned() };
        let verdicts = [Verdict { id: "s".into(), ..Verdict::default() }];
        store.write(&store.path("s", DATA), "{}")?;
        assert_eq!(update_scoreboard(&store, &verdicts)?.len(), 1);
        store.write(&store.path("other", DATA), "{}")?;
        assert!(update_scoreboard(&store, &[])?.is_empty());
        Ok(())
    }
}
