//! One converted document against its golden.

use super::diff::{ABSENT, Comparison, Difference, Reading, compare, compare_lines};
use super::report::scoreboard;
use super::store::{DATA, Store, StoreError, WORKBOOK};
use crate::model::finding::Severity;
use crate::pipeline::{DocumentError, Timings};
use serde_json::Value;

/// What a document became, as far as goldens are concerned.
#[derive(Clone, Debug)]
pub struct Output {
    /// The JSON of the data contract.
    pub json: Value,
    /// The workbook as text.
    pub workbook: String,
    pub timings: Timings,
}

/// The verdict on one document.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// Name of the golden.
    pub id: String,
    /// Path of the document, for people.
    pub document: String,
    pub comparison: Comparison,
    pub forms: usize,
    /// Number of findings: info, warning, error.
    pub findings: [usize; 3],
    pub timings: Timings,
    /// For each form the family that the golden names and the one that it was bound to; blank
    /// where there is no such form.
    pub families: Vec<[String; 2]>,
    /// Why it was not looked at.
    pub skipped: Option<String>,
}

impl Verdict {
    #[must_use]
    pub fn passes(&self) -> bool {
        self.skipped.is_none() && self.comparison.differences.is_empty()
    }

    /// Whether something is not as it should be; what was skipped is neither right nor wrong.
    #[must_use]
    pub fn fails(&self) -> bool {
        self.skipped.is_none() && !self.passes()
    }
}

/// The verdict on a sample that was not converted.
#[must_use]
pub fn skipped(id: &str, document: &str, why: &str) -> Verdict {
    let skipped = Some(why.to_owned());
    Verdict { id: id.into(), document: document.into(), skipped, ..Verdict::default() }
}

/// Compares a document with its golden. A golden that is missing or broken and a document that
/// fails are differences too.
#[must_use]
pub fn check(
    store: &Store,
    id: &str,
    document: &str,
    reading: Reading,
    result: Result<&Output, &DocumentError>,
) -> Verdict {
    let verdict = Verdict { id: id.into(), document: document.into(), ..Verdict::default() };
    let output = match result {
        Ok(output) => output,
        Err(e) => {
            let got = format!("failure: {e} [{}]", e.code());
            return fails(verdict, "", "a converted document", &got, e.page());
        }
    };
    let verdict = Verdict {
        forms: output.json["forms"].as_array().map_or(0, Vec::len),
        findings: count_findings(&output.json),
        timings: output.timings,
        ..verdict
    };
    let expected = store.data(id).and_then(|data| Ok((data, store.workbook(id)?)));
    match expected {
        Err(e) => fails(verdict, "", "a readable golden", &e.to_string(), None),
        Ok((None, _)) => {
            let missing = format!("{} does not exist", store.path(id, DATA).display());
            fails(verdict, "", "a golden", &missing, None)
        }
        Ok((Some(data), workbook)) => {
            let families = families(&data, &output.json);
            let mut comparison = compare(&data, &output.json, reading);
            if let Some(workbook) = workbook {
                let lines = compare_lines(WORKBOOK, &workbook, &output.workbook);
                comparison.differences.extend(lines);
            }
            Verdict { comparison, families, ..verdict }
        }
    }
}

/// The verdict on a sample whose document is not there or cannot be used.
#[must_use]
pub fn unusable(id: &str, document: &str, error: &DocumentError) -> Verdict {
    let verdict = Verdict { id: id.into(), document: document.into(), ..Verdict::default() };
    fails(verdict, "", "a document", &format!("{error} [{}]", error.code()), None)
}

/// What concerns the goldens as a whole, where every sample was checked: goldens that no sample
/// has, and a scoreboard that is not theirs; without the samples that were skipped it cannot be
/// compared.
pub fn whole(store: &Store, verdicts: &[Verdict]) -> Result<Vec<Verdict>, StoreError> {
    let mut more = Vec::new();
    for id in store.ids()?.into_iter().filter(|id| !verdicts.iter().any(|v| v.id == *id)) {
        let verdict = Verdict { id, ..Verdict::default() };
        more.push(fails(verdict, "", "a sample", "no sample has this golden", None));
    }
    if verdicts.iter().any(|v| v.skipped.is_some()) {
        more.push(skipped(scoreboard::FILE, "", "it counts samples that were skipped"));
        return Ok(more);
    }
    let want = store.beside(scoreboard::FILE)?.unwrap_or_default();
    let differences = compare_lines(scoreboard::FILE, &want, &scoreboard::render(verdicts));
    if !differences.is_empty() {
        more.push(Verdict {
            id: scoreboard::FILE.to_owned(),
            comparison: Comparison { differences, ..Comparison::default() },
            ..Verdict::default()
        });
    }
    Ok(more)
}

/// The families of the forms of a golden beside those of an output, in order.
fn families(golden: &Value, output: &Value) -> Vec<[String; 2]> {
    let names = |value: &Value| -> Vec<String> {
        let forms = value["forms"].as_array().into_iter().flatten();
        forms.map(|f| f["template"].as_str().unwrap_or_default().to_owned()).collect()
    };
    let (want, got) = (names(golden), names(output));
    let at = |names: &[String], i: usize| names.get(i).cloned().unwrap_or_default();
    (0..want.len().max(got.len())).map(|i| [at(&want, i), at(&got, i)]).collect()
}

fn fails(mut verdict: Verdict, at: &str, want: &str, got: &str, page: Option<u32>) -> Verdict {
    let got = if got.is_empty() { ABSENT } else { got };
    verdict.comparison.differences.push(Difference {
        at: at.to_owned(),
        want: want.to_owned(),
        got: got.to_owned(),
        page,
    });
    verdict
}

fn count_findings(json: &Value) -> [usize; 3] {
    let all = json["findings"].as_array();
    [Severity::Info, Severity::Warning, Severity::Error].map(|severity| {
        all.into_iter().flatten().filter(|f| f["severity"] == severity.name()).count()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    type Try = Result<(), Box<dyn std::error::Error>>;

    fn output() -> Output {
        let json = r#"{"forms": [{"template": "t", "data": {"a": 1.50}}],
                       "findings": [{"code": "x.y", "severity": "warning"}]}"#;
        Output {
            json: serde_json::from_str(json).unwrap_or_default(),
            workbook: "sheet\n".to_owned(),
            timings: Timings::default(),
        }
    }

    #[test]
    fn only_a_golden_that_is_there_and_equal_passes() -> Try {
        let dir = tempfile::tempdir()?;
        let store = Store { folder: dir.path().to_owned() };
        let verdict = || check(&store, "s", "s.pdf", Reading::Printed, Ok(&output()));
        assert!(!verdict().passes(), "missing");
        store.write(
            &store.path("s", DATA),
            r#"{"forms": [{"template": "t", "data": {"a": 1.50}}]}"#,
        )?;
        assert!(verdict().passes(), "{:?}", verdict());
        assert_eq!((verdict().forms, verdict().findings), (1, [0, 1, 0]));
        store.write(&store.path("s", WORKBOOK), "other\n")?;
        assert_eq!(verdict().comparison.differences[0].at, "workbook.txt:1");
        store.write(&store.path("s", DATA), "{")?;
        assert!(!verdict().passes(), "broken");
        Ok(())
    }

    #[test]
    fn the_whole_has_no_golden_too_many_and_its_own_scoreboard() -> Try {
        let dir = tempfile::tempdir()?;
        let store = Store { folder: dir.path().to_owned() };
        store.write(&store.path("s", DATA), r#"{"forms": []}"#)?;
        let verdicts = [Verdict { id: "s".into(), ..Verdict::default() }];
        let ids = || -> Result<Vec<String>, StoreError> {
            Ok(whole(&store, &verdicts)?.into_iter().map(|v| v.id).collect())
        };
        assert_eq!(ids()?, [scoreboard::FILE]);
        store.write(&dir.path().join(scoreboard::FILE), &scoreboard::render(&verdicts))?;
        assert!(ids()?.is_empty());
        store.write(&store.path("gone", DATA), "{}")?;
        assert_eq!(ids()?, ["gone"]);
        Ok(())
    }

    #[test]
    fn what_is_skipped_is_neither_passed_nor_failed() -> Try {
        let dir = tempfile::tempdir()?;
        let store = Store { folder: dir.path().to_owned() };
        store.write(&store.path("s", DATA), r#"{"forms": []}"#)?;
        let verdict = skipped("s", "s.png", "no models");
        assert!(!verdict.passes() && !verdict.fails());
        let more = whole(&store, &[verdict])?;
        assert_eq!(
            (more.len(), more[0].id.as_str(), more[0].fails()),
            (1, scoreboard::FILE, false)
        );
        Ok(())
    }

    #[test]
    fn a_document_that_fails_does_not_pass() {
        let store = Store { folder: "nowhere".into() };
        let e = DocumentError::Missing;
        assert!(!check(&store, "s", "s.pdf", Reading::Printed, Err(&e)).passes());
        assert!(!unusable("s", "s.pdf", &e).passes());
    }
}
