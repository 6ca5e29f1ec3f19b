//! What the steps of binding one form share: the strip, the family, claims and findings.

use super::compile::{Family, Use, bare};
use super::strip::{ItemId, Strip};
use crate::model::finding::Finding;
use crate::model::form::Printed;
use crate::model::spec::FormSpec;

/// Texts in messages are cut behind this many characters.
const QUOTED: usize = 40;

/// The binding of one form to one family.
pub(super) struct Scope<'a> {
    pub strip: &'a Strip<'a>,
    pub family: usize,
    pub spec: &'a FormSpec,
    /// Which items of the strip have found their place.
    pub claimed: Vec<bool>,
    pub findings: Vec<Finding>,
    /// The year in the form's title or captions, for headers that name years before it.
    pub year: Option<i32>,
}

impl<'a> Scope<'a> {
    pub(super) fn family(&self) -> &'a Family {
        &self.strip.compiled.families[self.family]
    }

    /// What an item's text may be in this family.
    pub(super) fn uses(&self, id: ItemId) -> impl Iterator<Item = Use> + use<'a> {
        self.strip.uses_in(self.family, id)
    }

    /// The fields whose label an item is.
    pub(super) fn fields_of(&self, id: ItemId) -> impl Iterator<Item = usize> + use<'a> {
        self.uses(id).filter_map(|u| if let Use::Field(f) = u { Some(f) } else { None })
    }

    /// Whether a folded text is one of some headers: as it stands, without a remark in brackets,
    /// or with the form's year in the place of `YYYY` (`YYYY-1` is the year before).
    pub(super) fn is_header(&self, folded: &str, headers: &[String]) -> bool {
        let same = |text: &str| {
            headers.iter().any(|h| h == text || self.dated(h).is_some_and(|h| h == text))
        };
        same(folded) || bare(folded).is_some_and(same)
    }

    fn dated(&self, header: &str) -> Option<String> {
        let (before, behind) = header.split_once("YYYY")?;
        let year = self.year?;
        let (less, behind) = match behind.strip_prefix('-') {
            Some(rest) => (rest.get(..1)?.parse::<i32>().ok()?, rest.get(1..)?),
            None => (0, behind),
        };
        Some(format!("{before}{}{behind}", year - less))
    }

    /// Records that items have found their place.
    pub(super) fn claim(&mut self, items: &[ItemId]) {
        for &id in items {
            self.claimed[id] = true;
        }
    }

    /// The text of some cells, as printed, with the box around those on the first one's page.
    pub(super) fn printed(&self, cells: &[ItemId]) -> Printed {
        let mut printed = Printed::default();
        for (n, &id) in cells.iter().enumerate() {
            let item = &self.strip.items[id];
            printed.lines.extend_from_slice(item.lines);
            if n == 0 {
                (printed.page, printed.bbox) = (item.page, item.bbox);
            } else if let (Some(a), Some(b), true) =
                (printed.bbox, item.bbox, printed.page == item.page)
            {
                printed.bbox = Some(a.union(&b));
            }
        }
        printed
    }

    /// Records a finding about an item, with its page and box.
    pub(super) fn report(&mut self, finding: Finding, item: Option<ItemId>) {
        let item = item.map(|id| &self.strip.items[id]);
        let mut finding = finding.in_box(item.and_then(|i| i.bbox));
        finding.page = item.map(|i| i.page);
        self.findings.push(finding);
    }

    /// Records a finding about something that is not there, with the page of an item.
    pub(super) fn report_on_page(&mut self, mut finding: Finding, item: Option<ItemId>) {
        finding.page = item.map(|id| self.strip.items[id].page);
        self.findings.push(finding);
    }

    /// The printed text of an item for a message.
    pub(super) fn quote(&self, id: ItemId) -> String {
        quote(&self.strip.text(id))
    }

    /// ` (line 18)` for an item of a text export, which has no box; else nothing.
    pub(super) fn whereabouts(&self, id: ItemId) -> String {
        match self.strip.items[id].lines.first().map(|l| l.source_line) {
            Some(line) if line > 0 => format!(" (line {line})"),
            _ => String::new(),
        }
    }
}

/// A printed text for a message: on one line, in corner brackets, cut if it is long.
pub(super) fn quote(text: &str) -> String {
    let mut shown: String = text.chars().take(QUOTED).collect::<String>().replace('\n', " ");
    if text.chars().nth(QUOTED).is_some() {
        shown.push('…');
    }
    format!("「{shown}」")
}
