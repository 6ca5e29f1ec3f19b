//! What a document as a whole amounts to: its kind, and whether anything on it went unused.

use crate::model::finding::{Finding, Severity};
use crate::model::form::{Evidence, Form};
use crate::model::grid::{Block, Grid};
use crate::model::page::{Origin, Page, PageKind, SourceKind};
use crate::model::pointer::Pointer;
use std::collections::{BTreeMap, BTreeSet};

/// The code of tables whose cells were inferred from white space.
const GUESSED: &str = "table.borderless";

/// The codes of tables whose cells were inferred from white space, and of rows whose number was
/// inferred from their text: one too many or too few moves all that follow.
const DOUBTFUL_TABLES: [&str; 3] = [GUESSED, "table.row-split", "table.row-outside"];

/// The codes of pages of which only a part was read.
const PARTLY: [&str; 4] = ["page.limit", "scan.cut", "scan.illegible", "text.font-lost"];

/// What of a page is remembered after its glyphs are gone.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shown {
    /// Counted from 1.
    pub page: u32,
    pub kind: PageKind,
    /// Whether text is printed, decoded or not.
    pub text: bool,
    pub images: bool,
    /// Whether shapes are drawn that may be text.
    pub shapes: bool,
    /// Whether reading it failed, so that what it shows is not known.
    pub failed: bool,
    /// Whether only a part of what it shows was read.
    pub partly: bool,
    /// In points; 0 for a text export.
    pub height: f32,
}

impl Shown {
    #[must_use]
    pub fn of(page: &Page) -> Self {
        let rows = page.rows.iter().any(|r| r.cells.iter().any(|c| !c.trim().is_empty()));
        let glyphs = page.glyphs.iter().any(|g| !g.ch.is_whitespace());
        Self {
            page: page.number,
            kind: page.kind,
            text: rows || glyphs,
            images: !page.images.is_empty(),
            shapes: page.shapes,
            failed: page.findings.iter().any(|f| f.severity == Severity::Error),
            partly: page.findings.iter().any(|f| PARTLY.contains(&f.code)),
            height: page.size_pt.1,
        }
    }

    fn anything(self) -> bool {
        self.text || self.images || self.shapes
    }
}

/// The kind of a PDF from those of its pages.
#[must_use]
pub fn kind(pages: &[Shown]) -> SourceKind {
    let has = |kind| pages.iter().any(|p| p.kind == kind && p.anything());
    match (has(PageKind::Exported), has(PageKind::Scanned), has(PageKind::Mixed)) {
        (_, _, true) | (true, true, _) => SourceKind::Mixed,
        (true, false, false) => SourceKind::Exported,
        (false, true, false) => SourceKind::Scanned,
        (false, false, false) => SourceKind::Blank,
    }
}

/// Reports pages that show something of which nothing is in the output, so that no document
/// passes as empty. `tables` are those that belong to no form, listed or not.
#[must_use]
pub fn unused(pages: &[Shown], forms: &[Form], tables: &[Grid]) -> Vec<Finding> {
    if !pages.iter().any(|p| p.anything()) {
        if pages.iter().any(|p| p.failed) {
            // The findings of the pages say it already, and more truly.
            return Vec::new();
        }
        return vec![Finding::new(
            "document.blank",
            Severity::Warning,
            "nothing is printed on any page of this document",
            "check whether the right file was stored",
        )];
    }
    if forms.is_empty() && tables.is_empty() {
        return vec![Finding::new(
            "document.nothing-found",
            Severity::Error,
            "the document shows text or pictures, but neither a form nor a table was found in it",
            "open the document and enter its data by hand; if it holds a form, report it",
        )];
    }
    let mut used: BTreeSet<u32> = forms.iter().flat_map(|f| f.pages.iter().copied()).collect();
    for table in tables {
        used.insert(table.page);
        used.extend(table.cells.iter().map(|c| c.page));
    }
    let idle = pages.iter().filter(|p| p.text && !used.contains(&p.page)).map(|p| p.page);
    let finding = |run: (u32, u32)| {
        let finding = page_finding(run);
        match run.0.checked_sub(1).and_then(|before| going_on(before, pages, forms)) {
            Some(at) => finding.at(at),
            None => finding,
        }
    };
    runs(idle).into_iter().map(finding).collect()
}

/// A form that fills its page is likely to go on over the page break: its last row ends in this
/// lower part of the page, as a share of its height from the top.
const FULL_PAGE: f32 = 0.75;

/// What stands lowest of a form that ends on `page` and may go on behind it: the list of its
/// indicators, if these come last.
fn going_on(page: u32, pages: &[Shown], forms: &[Form]) -> Option<Pointer> {
    let height = pages.iter().find(|p| p.page == page)?.height;
    let form = forms.iter().rposition(|f| f.pages.last() == Some(&page))?;
    let ends = forms[form].evidence.iter().filter(|(_, e)| e.page == page);
    let boxed = ends.filter_map(|(at, e)| Some((at, e.bbox?.y1)));
    let (at, end) = boxed.max_by(|a, b| a.1.total_cmp(&b.1))?;
    let root = Pointer::root().key("forms").index(form).key("data");
    let first = at.steps().next()?;
    (height > 0.0 && end > FULL_PAGE * height).then(|| root.key(&first))
}

/// Doubts the forms of which something may stand on a page that was not read, or not as a whole.
#[must_use]
pub fn unread(pages: &[Shown], forms: &[Form]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let doubt = |page: u32, at: Pointer| {
        Finding::new(
            "form.page-unread",
            Severity::Warning,
            format!("page {page} could not be read, or not as a whole: more may stand on it"),
            "compare with the page what was read of this form",
        )
        .at(at)
        .on_page(page)
    };
    let is_used = |page: u32| forms.iter().any(|f| f.pages.contains(&page));
    for shown in pages.iter().filter(|p| p.partly || p.failed && !is_used(p.page)) {
        let page = shown.page;
        let around = forms.iter().enumerate().filter(|(_, f)| {
            f.pages.first().is_some_and(|first| *first <= page)
                && f.pages.last().is_some_and(|last| *last >= page)
        });
        let data = |n: usize| Pointer::root().key("forms").index(n).key("data");
        findings.extend(around.map(|(n, _)| doubt(page, data(n))));
        let before = page.checked_sub(1).and_then(|before| going_on(before, pages, forms));
        findings.extend(before.map(|at| doubt(page, at)));
    }
    findings
}

/// The code of grids that are no form, as far as they could be read.
const UNMATCHED: &str = "form.unmatched";

/// A grid that goes on from the page before begins in this upper part of its page, as a share of its height.
const TOP: f32 = 0.25;

/// Points findings about a grid at the top of a page, which is no form, at the list of the form that fills
/// the page before: it may be the rest of it.
#[must_use]
pub fn going_on_unmatched(
    mut findings: Vec<Finding>,
    pages: &[Shown],
    forms: &[Form],
) -> Vec<Finding> {
    for finding in findings.iter_mut().filter(|f| f.code == UNMATCHED && f.at.is_none()) {
        let (Some(page), Some(bbox)) = (finding.page, finding.bbox) else { continue };
        let height = pages.iter().find(|p| p.page == page).map_or(0.0, |p| p.height);
        if finding.severity > Severity::Info && bbox.y0 < TOP * height {
            finding.at = page.checked_sub(1).and_then(|before| going_on(before, pages, forms));
        }
    }
    findings
}

fn page_finding((first, last): (u32, u32)) -> Finding {
    let which = if first == last {
        format!("page {first} shows")
    } else {
        format!("pages {first} to {last} show")
    };
    Finding::new(
        "page.nothing-found",
        Severity::Warning,
        format!("{which} text, but neither a form nor a table; none of it is in the output"),
        "look whether a form was missed there",
    )
    .on_page(first)
}

/// Points findings about a table, which name only a page and a box, at the list of the form whose
/// records stand there, or at the whole form if all of it was guessed; one that holds the lists of
/// several forms is told of each.
#[must_use]
pub fn pointed(findings: Vec<Finding>, forms: &[Form]) -> Vec<Finding> {
    let mut placed = Vec::with_capacity(findings.len());
    for finding in findings {
        let doubts = DOUBTFUL_TABLES.contains(&finding.code) && finding.severity > Severity::Info;
        let (Some(page), Some(bbox)) = (finding.page.filter(|_| doubts), finding.bbox) else {
            placed.push(finding);
            continue;
        };
        let guessed = finding.code == GUESSED;
        let here = |(_, form): &(usize, &Form)| form.pages.contains(&page);
        let own = |(n, form): (usize, &Form)| {
            // Records have a number in their pointer.
            let is_record = |at: &Pointer| at.as_str().split('/').any(|s| s.parse::<u32>().is_ok());
            let inside = |e: &Evidence| e.bbox.is_some_and(|b| bbox.contains(b.center()));
            let mut here = form.evidence.iter().filter(|(at, _)| is_record(at));
            let data = Pointer::root().key("forms").index(n).key("data");
            // On a picture white space tells the cells of the head no better than those of the list.
            let mut all = form.evidence.values().filter(|e| e.page == page && inside(e));
            if guessed && all.any(|e| e.from == Origin::Recognised) {
                return Some(data);
            }
            let (at, _) = here.find(|(_, e)| e.page == page && inside(e))?;
            let list = at.steps().next()?.into_owned();
            Some(data.key(&list))
        };
        let lists: Vec<Pointer> = forms.iter().enumerate().filter(here).filter_map(own).collect();
        if lists.is_empty() {
            placed.push(finding);
        } else {
            placed.extend(lists.into_iter().map(|at| finding.clone().at(at)));
        }
    }
    placed
}

/// On a scan a label that was not found may be one that was not read, or whose border was not:
/// what is a note on an exported page is a reason to look there.
pub fn weigh_missing_labels(form: &mut Form) {
    if form.evidence.values().any(|e| e.from == Origin::Recognised) {
        for finding in form.findings.iter_mut().filter(|f| f.code == "field.label-missing") {
            finding.severity = finding.severity.max(Severity::Warning);
        }
    }
}

/// Consecutive numbers as (first, last).
fn runs(numbers: impl Iterator<Item = u32>) -> Vec<(u32, u32)> {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for n in numbers {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == n => *last = n,
            _ => runs.push((n, n)),
        }
    }
    runs
}

/// Keeps one finding for each code and place: the most severe, the first among equals.
///
/// Two stages may notice the same thing; findings without a pointer are the same only if page,
/// box and words are.
#[must_use]
pub fn deduplicate(findings: Vec<Finding>) -> Vec<Finding> {
    let mut kept: Vec<Finding> = Vec::with_capacity(findings.len());
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for finding in findings {
        match places.get(&place(&finding)).and_then(|&i| kept.get_mut(i)) {
            Some(earlier) if finding.severity > earlier.severity => *earlier = finding,
            Some(_) => {}
            None => {
                places.insert(place(&finding), kept.len());
                kept.push(finding);
            }
        }
    }
    kept
}

fn place(finding: &Finding) -> String {
    if let Some(at) = &finding.at {
        return format!("{} {at}", finding.code);
    }
    let bbox = finding.bbox.map(<[f32; 4]>::from);
    format!("{} {:?} {bbox:?} {}", finding.code, finding.page, finding.message)
}

/// Every grid of a layout in reading order; nested ones stay inside their cells.
#[must_use]
pub fn all_grids(blocks: &[Block]) -> Vec<Grid> {
    blocks
        .iter()
        .filter_map(|block| match block {
            Block::Grid(grid) => Some(grid.clone()),
            Block::Line(_) => None,
        })
        .collect()
}

/// Gives back the room that lists reserved while they grew: the pages of a long document are
/// held until all are read, and most cells have a single line in a list with room for four.
pub fn compact(blocks: &mut Vec<Block>) {
    blocks.shrink_to_fit();
    for block in blocks {
        match block {
            Block::Grid(grid) => compact_grid(grid),
            Block::Line(line) => line.text.shrink_to_fit(),
        }
    }
}

fn compact_grid(grid: &mut Grid) {
    grid.cells.shrink_to_fit();
    for cell in &mut grid.cells {
        cell.lines.shrink_to_fit();
        cell.lines.iter_mut().for_each(|line| line.text.shrink_to_fit());
        cell.nested.iter_mut().for_each(compact_grid);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::geometry::Rect;

    fn shown(page: u32, kind: PageKind) -> Shown {
        let (text, images) = (kind == PageKind::Exported, kind == PageKind::Scanned);
        Shown {
            page,
            kind,
            text,
            images,
            shapes: false,
            failed: false,
            partly: false,
            height: 800.0,
        }
    }

    fn evidence(bbox: Option<Rect>) -> Evidence {
        Evidence {
            page: 1,
            bbox,
            text: "".into(),
            confidence: 1.0,
            from: Origin::TextLayer,
            repaired: None,
            source_line: 0,
            members: crate::model::target::Members::default(),
        }
    }

    #[test]
    fn kind_ignores_blank_pages() {
        let exported = shown(1, PageKind::Exported);
        let scanned = shown(2, PageKind::Scanned);
        let blank = shown(3, PageKind::Blank);
        assert_eq!(kind(&[exported, blank]), SourceKind::Exported);
        assert_eq!(kind(&[scanned, blank]), SourceKind::Scanned);
        assert_eq!(kind(&[scanned, exported]), SourceKind::Mixed);
        assert_eq!(kind(&[blank]), SourceKind::Blank);
    }

    #[test]
    fn nothing_passes_as_empty() {
        let codes = |f: Vec<Finding>| f.into_iter().map(|f| (f.code, f.page)).collect::<Vec<_>>();
        let blank = [shown(1, PageKind::Blank)];
        assert_eq!(codes(unused(&blank, &[], &[])), [("document.blank", None)]);
        let failed = [Shown { failed: true, ..shown(1, PageKind::Blank) }];
        assert_eq!(codes(unused(&failed, &[], &[])), [], "the page has its own finding");
        let scan = [shown(1, PageKind::Scanned)];
        assert_eq!(codes(unused(&scan, &[], &[])), [("document.nothing-found", None)]);
        let pages: Vec<Shown> = (1..=6).map(|n| shown(n, PageKind::Exported)).collect();
        let form = Form { pages: vec![3], ..Form::default() };
        let table = Grid { page: 6, ..Grid::default() };
        assert_eq!(
            codes(unused(&pages, &[form], &[table])),
            [("page.nothing-found", Some(1)), ("page.nothing-found", Some(4))]
        );
    }

    #[test]
    fn a_grid_on_top_of_the_next_page_may_be_the_rest_of_a_list() {
        let pages: Vec<Shown> = (1..=2).map(|n| shown(n, PageKind::Scanned)).collect();
        let mut form = Form { pages: vec![1], ..Form::default() };
        let cell = evidence(Some(Rect::new(50.0, 740.0, 500.0, 760.0)));
        form.evidence.insert(Pointer::from_dotted("indicators").index(3).key("a"), cell);
        let at = |y: f32, severity| {
            let grid = Finding::new(UNMATCHED, severity, "", "").on_page(2);
            let grid = grid.in_box(Some(Rect::new(50.0, y, 500.0, y + 20.0)));
            let found = going_on_unmatched(vec![grid], &pages, std::slice::from_ref(&form));
            found[0].at.as_ref().map(ToString::to_string)
        };
        assert_eq!(at(70.0, Severity::Warning).as_deref(), Some("/forms/0/data/indicators"));
        assert_eq!(at(400.0, Severity::Warning), None, "in the middle of the page");
        assert_eq!(at(70.0, Severity::Info), None, "a table of another kind");
    }

    #[test]
    fn forms_around_a_page_that_was_not_read_are_doubted() {
        let pages = |failed: u32, partly: bool| -> Vec<Shown> {
            let page = |n| Shown {
                failed: n == failed,
                partly: partly && n == failed,
                ..shown(n, PageKind::Scanned)
            };
            (1..=4).map(page).collect()
        };
        let form = |pages: &[u32]| {
            let mut form = Form { pages: pages.to_vec(), ..Form::default() };
            let at = Pointer::from_dotted("indicators").index(3).key("a");
            let cell = evidence(Some(Rect::new(50.0, 740.0, 500.0, 760.0)));
            form.evidence.insert(at, Evidence { page: *pages.last().unwrap(), ..cell });
            form
        };
        let forms = [form(&[1, 3]), form(&[4])];
        let found = |pages: &[Shown]| -> Vec<String> {
            unread(pages, &forms).iter().filter_map(|f| Some(f.at.as_ref()?.to_string())).collect()
        };
        assert_eq!(found(&pages(2, false)), ["/forms/0/data"], "it goes on behind it");
        assert!(found(&pages(3, false)).is_empty(), "what was read of it stands in the form");
        assert_eq!(found(&pages(3, true)), ["/forms/0/data"], "a part of it");
        assert_eq!(found(&pages(4, true)), ["/forms/1/data", "/forms/0/data/indicators"]);
        assert!(found(&pages(5, false)).is_empty());
    }

    #[test]
    fn a_form_that_fills_its_page_may_go_on_where_nothing_was_found() {
        let pages: Vec<Shown> = (1..=2).map(|n| shown(n, PageKind::Exported)).collect();
        let at = |end: f32| {
            let mut form = Form { pages: vec![1], ..Form::default() };
            let bbox = Some(Rect::new(50.0, end - 20.0, 500.0, end));
            let at = Pointer::from_dotted("indicators").index(3).key("a");
            form.evidence.insert(at, evidence(bbox));
            unused(&pages, &[form], &[])[0].at.as_ref().map(ToString::to_string)
        };
        assert_eq!(at(760.0).as_deref(), Some("/forms/0/data/indicators"));
        assert_eq!(at(400.0), None);
    }

    #[test]
    fn doubts_about_a_table_point_at_the_list_in_it() {
        let pointed = |severity, page: u32| {
            let mut form = Form { pages: vec![1], ..Form::default() };
            let bbox = Some(Rect::new(50.0, 300.0, 500.0, 320.0));
            let at = Pointer::from_dotted("indicators").index(3).key("level1");
            form.evidence.insert(at, evidence(bbox));
            let table = Some(Rect::new(40.0, 100.0, 510.0, 400.0));
            let finding = Finding::new(GUESSED, severity, "", "").on_page(page);
            let found = super::pointed(vec![finding.in_box(table)], &[form]);
            found[0].at.as_ref().map(ToString::to_string)
        };
        let list = Some("/forms/0/data/indicators".to_owned());
        assert_eq!(pointed(Severity::Warning, 1), list);
        assert_eq!(pointed(Severity::Warning, 2), None);
        assert_eq!(pointed(Severity::Info, 1), None);
    }

    #[test]
    fn one_finding_for_each_code_and_place() {
        let finding = |severity, at: Option<&str>, message: &str| Finding {
            at: at.map(Pointer::from_dotted),
            ..Finding::new("a.b", severity, message, "")
        };
        let kept = deduplicate(vec![
            finding(Severity::Warning, Some("x"), "one"),
            finding(Severity::Error, Some("x"), "two"),
            finding(Severity::Warning, Some("y"), "three"),
            finding(Severity::Warning, None, "four"),
            finding(Severity::Warning, None, "four"),
            finding(Severity::Warning, None, "five"),
        ]);
        let words: Vec<&str> = kept.iter().map(|f| f.message.as_str()).collect();
        assert_eq!(words, ["two", "three", "four", "five"]);
    }
}
