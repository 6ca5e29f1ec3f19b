//! What remains of a converted document beside its files: enough for the outputs over all
//! documents, the summary and the ledger, and small enough to be kept for each document.

use crate::model::finding::{Finding, Severity};
use crate::model::form::{Converted, Evidence, Form};
use crate::model::page::{Origin, SourceInfo};
use crate::model::pointer::Pointer;
use crate::model::spec::FormSpec;
use crate::model::target::Members;
use crate::model::value::Value;
use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufWriter, Read};
use std::sync::{Mutex, PoisonError};

/// A converted document without its tables, blocks and boxes. It travels, [`Packed`], from a
/// worker to the supervisor, and into the ledger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Digest {
    pub source: SourceInfo,
    pub counts: Counts,
    forms: Vec<FormDigest>,
    findings: Vec<FindingDigest>,
}

/// A digest as it travels and as it is kept: JSON, deflated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packed(Vec<u8>);

/// Most bytes of a digest that is unpacked. What was packed outside may unfold to anything.
const LARGEST: u64 = 512 << 20;

impl Packed {
    /// Packs a digest.
    #[must_use]
    pub fn of(digest: &Digest) -> Self {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        // Neither writing to memory nor serialising plain data fails.
        let _ = serde_json::to_writer(BufWriter::with_capacity(PIECE, &mut encoder), digest);
        Self(encoder.finish().unwrap_or_default())
    }

    /// Takes for a packed digest what comes from outside; see [`Packed::unpack`].
    #[must_use]
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes that are sent or kept.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The digest, if these bytes are one.
    #[must_use]
    pub fn unpack(&self) -> Option<Digest> {
        let mut json = Vec::new();
        ZlibDecoder::new(&self.0[..]).take(LARGEST).read_to_end(&mut json).ok()?;
        serde_json::from_slice(&json).ok()
    }
}

/// Bytes that are handed to the compression at once.
const PIECE: usize = 16 << 10;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct FormDigest {
    template: String,
    pages: Vec<u32>,
    data: Value,
    /// Where the values of the indicators stand: pointer relative to `data`, page.
    rows: Vec<(Pointer, u32)>,
    findings: Vec<FindingDigest>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct FindingDigest {
    code: Code,
    severity: Severity,
    at: Option<Pointer>,
    page: Option<u32>,
    message: String,
    hint: String,
}

/// What one document came to, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub pages: u32,
    pub forms: usize,
    pub indicators: usize,
    pub tables: usize,
    /// Info, warning, error.
    pub findings: [usize; 3],
}

impl Counts {
    fn of(document: &Converted, specs: &[FormSpec]) -> Self {
        let mut findings = [0; 3];
        let of_forms = document.forms.iter().flat_map(|f| &f.findings);
        for finding in document.findings.iter().chain(of_forms) {
            findings[finding.severity as usize] += 1;
        }
        let rows = document
            .forms
            .iter()
            .filter_map(|form| Some(form.data.get(indicators_key(form, specs)?)?.as_list()?.len()));
        Self {
            pages: document.source.pages,
            forms: document.forms.len(),
            indicators: rows.sum(),
            tables: document.tables.len(),
            findings,
        }
    }
}

/// The key of a form's indicator table, whatever its template calls it.
fn indicators_key<'a>(form: &Form, specs: &'a [FormSpec]) -> Option<&'a str> {
    let spec = specs.iter().find(|spec| spec.id == form.template)?;
    Some(spec.indicators.as_ref()?.key.as_str())
}

impl Digest {
    /// The digest of a document whose forms are of these families. What it does not need is
    /// released form by form: a long document is large.
    #[must_use]
    pub fn of(document: Converted, specs: &[FormSpec]) -> Self {
        Self {
            counts: Counts::of(&document, specs),
            source: document.source,
            forms: document.forms.into_iter().map(|form| FormDigest::of(form, specs)).collect(),
            findings: document.findings.into_iter().map(FindingDigest::of).collect(),
        }
    }

    /// The document as far as the outputs over all documents need it.
    #[must_use]
    pub fn document(self) -> Converted {
        Converted {
            source: self.source,
            forms: self.forms.into_iter().map(FormDigest::form).collect(),
            tables: Vec::new(),
            findings: self.findings.into_iter().map(FindingDigest::finding).collect(),
        }
    }

    /// How often each code was found.
    #[must_use]
    pub fn codes(&self) -> BTreeMap<(Severity, &'static str), usize> {
        let mut codes = BTreeMap::new();
        let of_forms = self.forms.iter().flat_map(|form| &form.findings);
        for finding in self.findings.iter().chain(of_forms) {
            *codes.entry((finding.severity, finding.code.0)).or_default() += 1;
        }
        codes
    }
}

impl FormDigest {
    fn of(form: Form, specs: &[FormSpec]) -> Self {
        let table = indicators_key(&form, specs)
            .map(|key| format!("{}/", Pointer::from_dotted(key).as_str()));
        let of_rows = form.evidence.iter().filter(|(at, _)| {
            table.as_ref().is_some_and(|table| at.as_str().starts_with(table.as_str()))
        });
        Self {
            rows: of_rows.map(|(at, evidence)| (at.clone(), evidence.page)).collect(),
            template: form.template,
            pages: form.pages,
            data: form.data,
            findings: form.findings.into_iter().map(FindingDigest::of).collect(),
        }
    }

    fn form(self) -> Form {
        let evidence: IndexMap<Pointer, Evidence> =
            self.rows.into_iter().map(|(at, page)| (at, place(page))).collect();
        Form {
            template: self.template,
            pages: self.pages,
            data: self.data,
            evidence,
            findings: self.findings.into_iter().map(FindingDigest::finding).collect(),
            ..Form::default()
        }
    }
}

/// Evidence of which only the page is known.
fn place(page: u32) -> Evidence {
    Evidence {
        page,
        bbox: None,
        text: "".into(),
        confidence: 1.0,
        from: Origin::default(),
        repaired: None,
        source_line: 0,
        members: Members::default(),
    }
}

impl FindingDigest {
    fn of(finding: Finding) -> Self {
        Self {
            code: Code(finding.code),
            severity: finding.severity,
            at: finding.at,
            page: finding.page,
            message: finding.message,
            hint: finding.hint,
        }
    }

    fn finding(self) -> Finding {
        Finding {
            at: self.at,
            page: self.page,
            ..Finding::new(self.code.0, self.severity, self.message, self.hint)
        }
    }
}

/// The code of a finding. Those that come from outside are checked, and each is kept once for the
/// life of the program, as codes are few.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
struct Code(&'static str);

/// Longest code in bytes.
const LONGEST_CODE: usize = 80;

/// Most codes that are taken from outside; the program itself has far fewer.
const MOST_CODES: usize = 2_000;

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let code = String::deserialize(from)?;
        known(&code).map(Self).ok_or_else(|| serde::de::Error::custom("not the code of a finding"))
    }
}

fn known(code: &str) -> Option<&'static str> {
    static CODES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut codes = CODES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(code) = codes.get(code) {
        return Some(code);
    }
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-');
    if code.is_empty()
        || code.len() > LONGEST_CODE
        || !code.bytes().all(plain)
        || codes.len() >= MOST_CODES
    {
        return None;
    }
    let code: &'static str = Box::leak(code.into());
    codes.insert(code);
    Some(code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::{Settings, convert, library, output};

    fn seed() -> (Converted, library::Library) {
        let bytes = include_bytes!("../../samples/seed/seed-calc.pdf").to_vec();
        let library = library::Library::embedded();
        (convert::document("a.pdf", bytes, &Settings::default(), &library).unwrap(), library)
    }

    #[test]
    fn a_digest_serves_the_outputs_over_all_documents_as_the_document_does() {
        let (document, library) = seed();
        let collected = |document: &Converted| -> Vec<Vec<u8>> {
            let dir = tempfile::tempdir().unwrap();
            let formats = output::Formats::ALL;
            let mut all = output::Collected::new(formats, 2, &library.specs).unwrap();
            all.push(document, "a.pdf").unwrap();
            let names = all.finish(dir.path()).unwrap();
            names.iter().map(|name| std::fs::read(dir.path().join(name)).unwrap()).collect()
        };
        let (forms, whole) = (document.forms.len(), collected(&document));
        let digest = Digest::of(document, &library.specs);
        let packed = Packed::of(&digest);
        let back = packed.unpack().unwrap();
        assert_eq!(back, digest);
        for end in 0..packed.bytes().len() {
            let cut = Packed::from_bytes(packed.bytes()[..end].to_vec());
            assert_eq!(cut.unpack(), None, "cut at {end}");
        }
        assert_eq!(digest.counts.forms, forms);
        assert!(digest.counts.indicators > 50);
        assert_eq!(whole.len(), 2);
        assert!(whole == collected(&back.document()));
    }

    #[test]
    fn only_what_looks_like_a_code_is_taken() {
        assert_eq!(known("funds.annual-sum"), Some("funds.annual-sum"));
        for code in ["", "A", "a b", "a\u{1b}", "<b>", &"a".repeat(81)] {
            assert_eq!(known(code), None, "{code:?}");
        }
    }
}
