//! The same content in any shape binds to the same values.

use super::super::Library;
use super::sheet::*;
use crate::model::grid::{Block, Cell, Grid, GridKind, Layout};
use proptest::prelude::*;

/// Level-1 labels with their level-2 labels.
const LEVELS: [(&str, &[&str]); 4] = [
    ("成本指标", &["经济成本指标", "社会成本指标", "生态环境成本指标"]),
    ("产出指标", &["数量指标", "质量指标", "时效指标"]),
    ("效益指标", &["经济效益指标", "社会效益指标", "生态效益指标"]),
    ("满意度指标", &["服务对象满意度指标"]),
];

/// Where a merged cell that a page break cuts shows its label.
#[derive(Clone, Copy, Debug)]
enum Cut {
    First,
    Second,
    Both,
}

fn cut() -> impl Strategy<Value = Cut> {
    prop::sample::select(vec![Cut::First, Cut::Second, Cut::Both])
}

/// How many indicators stand below each level-2 label; at least one below the first.
fn counts() -> impl Strategy<Value = Vec<Vec<usize>>> {
    let counts: Vec<_> =
        LEVELS.iter().map(|(_, twos)| prop::collection::vec(0usize..4, twos.len())).collect();
    counts.prop_map(|mut counts| {
        counts[0][0] = counts[0][0].max(1);
        counts
    })
}

fn name(n: usize) -> String {
    // Names that resemble labels are among them.
    let stems = ["服务对象满意度", "培训人数", "质量", "及时率", "数量指", "项目名称"];
    format!(
        "{}{}",
        stems[n % stems.len()],
        if n < stems.len() { String::new() } else { n.to_string() }
    )
}

/// Levels, name and target of each indicator.
fn content(counts: &[Vec<usize>]) -> Vec<[String; 4]> {
    let mut rows = Vec::new();
    for ((one, twos), counts) in LEVELS.iter().zip(counts) {
        for (two, count) in twos.iter().zip(counts) {
            for _ in 0..*count {
                let n = rows.len();
                rows.push([(*one).to_owned(), (*two).to_owned(), name(n), format!("≥{n}.00(个)")]);
            }
        }
    }
    rows
}

/// The runs of equal values in one column, as start and length.
fn runs(rows: &[[String; 4]], column: usize) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (i, row) in rows.iter().enumerate() {
        match runs.last_mut() {
            Some((start, len)) if rows[*start][..=column] == row[..=column] => *len += 1,
            _ => runs.push((i, 1)),
        }
    }
    runs
}

/// The level cell that begins in row `i` of the page `rows[from..to]`, if one does.
fn level_cell(
    rows: &[[String; 4]],
    column: usize,
    (from, to): (usize, usize),
    i: usize,
    cut: Cut,
) -> Option<Td> {
    let (start, len) = runs(rows, column).into_iter().find(|(s, l)| (*s..s + l).contains(&i))?;
    let (first, last) = (start.max(from), (start + len).min(to));
    if first != i {
        return None;
    }
    let label = match cut {
        Cut::First => start >= from,
        Cut::Second => start + len <= to,
        Cut::Both => true,
    };
    let text = if label { rows[i][column].as_str() } else { "" };
    Some(tall(text, (last - first) as u32))
}

/// The content without rules: level labels half-way down their rows, or in the first of them.
fn borderless(rows: &[[String; 4]], middle: bool) -> Grid {
    let mut cells = head("甲项目", "目标");
    cells.extend(rows.iter().map(|r| indicator(Some(td("")), Some(td("")), &r[2], &r[3])));
    let mut grid = ruled(1, 50.0, &WIDTHS, &cells);
    grid.kind = GridKind::Aligned;
    let first = 10;
    for cell in &mut grid.cells {
        // Only the text shows, in the middle of its cell.
        let bbox = cell.bbox.unwrap();
        for line in &mut cell.lines {
            let y = bbox.center().y;
            line.bbox = Some(crate::model::geometry::Rect::new(bbox.x0, y - 4.5, bbox.x1, y + 4.5));
        }
    }
    for column in 0..2 {
        for (start, len) in runs(rows, column) {
            let at = if middle { start + (len - 1) / 2 } else { start };
            let label = &rows[start][column];
            let cell = grid
                .cells
                .iter_mut()
                .find(|c| c.row as usize == first + at && c.col as usize == column + 1);
            let (cell, half) = (cell.unwrap(), if middle && len % 2 == 0 { 10.0 } else { 0.0 });
            let bbox = cell.bbox.unwrap();
            let y = bbox.center().y + half;
            let bbox = crate::model::geometry::Rect::new(bbox.x0, y - 4.5, bbox.x1, y + 4.5);
            cell.lines = vec![text_line(label, 1, bbox)];
        }
    }
    grid
}

fn table_rows(rows: &[[String; 4]], page: (usize, usize), cut: Cut) -> Vec<Vec<Td>> {
    (page.0..page.1)
        .map(|i| {
            let level = |column| level_cell(rows, column, page, i, cut);
            indicator(level(0), level(1), &rows[i][2], &rows[i][3])
        })
        .collect()
}

/// Splits every column into several: the same cells on a finer grid.
fn refine(rows: Vec<Vec<Td>>, taken: &[u32]) -> Vec<Vec<Td>> {
    let mut covered: Vec<Vec<bool>> = vec![vec![false; taken.len()]; rows.len()];
    let mut fine = Vec::new();
    for (r, row) in rows.into_iter().enumerate() {
        let mut cells = Vec::new();
        for Td(text, columns, height) in row {
            let from = covered[r].iter().position(|c| !c).unwrap();
            let to = from + columns as usize;
            covered[r..r + height as usize].iter_mut().for_each(|c| c[from..to].fill(true));
            cells.push(Td(text, taken[from..to].iter().sum(), height));
        }
        fine.push(cells);
    }
    fine
}

proptest! {

    #[test]
    fn any_widths_spans_and_page_breaks_bind_to_the_same_values(
        counts in counts(),
        finer in prop::collection::vec(1u32..4, 8),
        widths in prop::collection::vec(8.0f32..120.0, 24),
        left in 10.0f32..90.0,
        mirrored in 10.0f32..90.0,
        breaks in prop::collection::vec(1usize..30, 0..3),
        cut in cut(),
        again in any::<bool>(),
    ) {
        let rows = content(&counts);
        let mut breaks: Vec<usize> = breaks.into_iter().filter(|b| *b < rows.len()).collect();
        breaks.extend([0, rows.len()]);
        breaks.sort_unstable();
        breaks.dedup();
        // A blank cell over a whole page may go on from the label before or towards the next one;
        // the former is assumed, and reported.
        let whole_page = |from: usize, to: usize| {
            [0, 1].iter().any(|c| runs(&rows, *c).iter().any(|(s, l)| *s == from && s + l > to))
        };
        let unclear = breaks.windows(2).skip(1).any(|p| whole_page(p[0], p[1]));
        prop_assume!(!(unclear && matches!(cut, Cut::Second)));
        let columns = finer.iter().sum::<u32>() as usize;
        let mut blocks = vec![line("财政项目支出绩效目标申报表", 1), line("（2026年度）", 1)];
        for (n, page) in breaks.windows(2).enumerate() {
            let mut cells = table_rows(&rows, (page[0], page[1]), cut);
            if n == 0 {
                cells.splice(0..0, head("甲项目", "目标"));
            } else if again {
                cells.insert(0, headers("", 1));
            }
            let left = if n % 2 == 0 { left } else { mirrored };
            let cells = refine(cells, &finer);
            blocks.push(Block::Grid(ruled(1 + n as u32, left, &widths[..columns], &cells)));
        }
        let form = bind_one(blocks);
        prop_assert_eq!(indicators(&form), rows);
        prop_assert_eq!(field(&form, "/project_name").unwrap(), "甲项目");
        prop_assert_eq!(field(&form, "/funds/project/other").unwrap(), "300.00");
        prop_assert_eq!(field(&form, "/funds/annual/other").unwrap(), "50.00");
        prop_assert_eq!(troubles(&form), Vec::<String>::new());
    }

    #[test]
    fn forms_without_rules_bind_to_the_same_values(counts in counts(), middle in any::<bool>()) {
        let rows = content(&counts);
        let title = line("财政项目支出绩效目标申报表(2026年度)", 1);
        let form = bind_one(vec![title, Block::Grid(borderless(&rows, middle))]);
        let read = indicators(&form);
        // Where nothing tells whether labels stand on top or in the middle, a finding says so.
        let unclear = troubles(&form);
        prop_assert!(unclear.iter().all(|f| f.starts_with("level.unclear ")), "{unclear:?}");
        if !middle || unclear.is_empty() {
            prop_assert_eq!(&read, &rows);
        }
        prop_assert_eq!(field(&form, "/project_name").unwrap(), "甲项目");
        prop_assert_eq!(field(&form, "/funds/annual/other").unwrap(), "50.00");
    }

    #[test]
    fn shifted_rows_of_a_text_export_bind_to_the_same_values(
        counts in counts(),
        shifts in prop::collection::vec((0usize..4, 0usize..2, 0usize..2), 40),
    ) {
        let rows = content(&counts);
        let mut lines: Vec<Vec<&str>> = vec![
            vec!["财政项目支出绩效目标申报表", ""],
            vec!["项目名称", "甲", "项目性质", "乙"],
            vec!["项目资金(元)", "项目资金总额:", "", "年度资金申请总额:", "3.00"],
            vec!["项目绩效目标", "项目总目标", "", "年度总体目标", ""],
            vec!["", "", "", "目标", ""],
            vec!["", "一级指标", "二级指标", "三级指标", "年度(/项目)指标值"],
        ];
        for (i, (row, (before, inside, between))) in rows.iter().zip(&shifts).enumerate() {
            let begins = |column| runs(&rows, column).iter().any(|(s, _)| *s == i);
            let mut cells = vec![""; *before];
            cells.extend((0..2).filter(|c| begins(*c)).map(|c| row[c].as_str()));
            cells.extend(vec![""; *inside]);
            cells.push(&row[2]);
            cells.extend(vec![""; *between]);
            cells.extend([row[3].as_str(), ""]);
            lines.push(cells);
        }
        let form = bind_one(vec![Block::Grid(delimited(&lines))]);
        prop_assert_eq!(indicators(&form), rows);
        prop_assert!(form.leftovers.is_empty());
    }

    #[test]
    fn nothing_makes_binding_panic_or_point_nowhere(
        grids in prop::collection::vec(any_grid(), 0..5),
    ) {
        let texts: Vec<String> = grids.iter().flat_map(filled).collect();
        let blocks = grids.into_iter().map(Block::Grid).collect();
        let bound = Library::embedded().bind(Layout { blocks, ..Layout::default() }, None);
        let mut kept: Vec<String> = bound.tables.iter().flat_map(filled).collect();
        for form in &bound.forms {
            for finding in form.findings.iter().filter_map(|f| f.at.as_ref()) {
                let inside = |p: &str| p == finding.as_str() || p.starts_with(&format!("{finding}/"));
                let list = finding.as_str() == "/indicators";
                prop_assert!(list || form.fields.iter().any(|f| inside(f.at.as_str())), "{finding}");
            }
            for block in &form.blocks {
                if let Block::Grid(g) = block {
                    kept.extend(filled(g));
                }
            }
        }
        // Headlines between the forms of a grid are dropped; nothing is invented or doubled.
        let mut texts = texts;
        for text in kept {
            let at = texts.iter().position(|t| *t == text);
            prop_assert!(at.is_some(), "{text} stands nowhere");
            texts.swap_remove(at.unwrap());
        }
    }
}

fn filled(grid: &Grid) -> Vec<String> {
    grid.cells.iter().map(Cell::compact_text).filter(|t| !t.is_empty()).collect()
}

/// A grid of arbitrary spans, kind and page, full of words that mean something.
fn any_grid() -> impl Strategy<Value = Grid> {
    let words = vec![
        "",
        "",
        "甲",
        "≥1",
        "项目名称",
        "项目性质",
        "主管部门",
        "项目资金(元)",
        "项目资金总额",
        "其他资金",
        "年度资金申请总额",
        "年度总体目标",
        "一级指标",
        "二级指标",
        "三级指标",
        "指标值",
        "绩效指标",
        "产出指标",
        "数量指标",
        "服务对象满意度指",
        "成本指标",
        "备注",
        "财政项目支出绩效目标申报表",
        "(2026年度)",
        "项目名称：乙 项目性质：",
        "项目支出绩效目标表",
        "主管部门及代码",
        "年度资金总额",
        "分值",
    ];
    let cell = (prop::sample::select(words), 1u32..4, 1u32..3);
    let kinds = vec![GridKind::Ruled, GridKind::Aligned, GridKind::Delimited];
    let shape = (1u32..6, 1u32..12, 1u32..4, prop::sample::select(kinds));
    (shape, prop::collection::vec(cell, 72)).prop_map(|((columns, rows, page, kind), cells)| {
        let mut taken = vec![vec![false; columns as usize]; rows as usize];
        let mut grid = Grid { page, columns, rows, kind, ..Grid::default() };
        let mut cells = cells.into_iter().cycle();
        for row in 0..rows as usize {
            while let Some(col) = taken[row].iter().position(|t| !t) {
                let (text, width, height) = cells.next().unwrap();
                let free = taken[row][col..].iter().take_while(|t| !**t).count();
                let width = (width as usize).min(free);
                let height = (height as usize).min(rows as usize - row);
                let clear = (row..row + height)
                    .take_while(|r| !taken[*r][col..col + width].contains(&true));
                let height = clear.count();
                taken[row..row + height].iter_mut().for_each(|t| t[col..col + width].fill(true));
                let bbox = crate::model::geometry::Rect::new(0.0, 0.0, 1.0, 1.0);
                let lines =
                    if text.is_empty() { vec![] } else { vec![text_line(text, page, bbox)] };
                grid.cells.push(Cell {
                    row: row as u32,
                    col: col as u32,
                    row_span: height as u32,
                    col_span: width as u32,
                    page,
                    lines,
                    ..Cell::default()
                });
            }
        }
        grid
    })
}
