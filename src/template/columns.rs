//! Which column of a grid is which column of the indicator table.

use super::compile::{Table, Use};
use super::distance::{nearest, tolerance, within};
use super::strip::{Item, ItemId, RowId, Strip, View};
use crate::model::grid::GridKind;
use crate::model::spec::ColumnRole;

/// Columns on two pages are the same within this many points (design §5.7).
const SAME_EDGE: f32 = 3.0;

/// Columns whose headers count levels, from left to right.
const LEVELS: [ColumnRole; 3] = [ColumnRole::Level1, ColumnRole::Level2, ColumnRole::Name];

/// A row of column headers.
#[derive(Clone, Debug)]
pub(super) struct Header {
    pub row: RowId,
    /// By the template's column; `None` where it has no header in this form.
    pub items: Vec<Option<ItemId>>,
    /// Headers that match no column exactly but were taken for one, with what they stand for.
    pub assumed: Vec<(ItemId, usize)>,
    /// Filled cells of the row that head nothing known.
    pub others: Vec<ItemId>,
    /// Headers of the same columns again, to the right: a part of the table beside this one.
    beside: Vec<Vec<Option<ItemId>>>,
    /// Headers of the parts beside this one.
    foreign: Vec<ItemId>,
}

/// Finds the column headers of a family in a row: at least two, and half of those that every
/// form of the family has, a name or target among them.
pub(super) fn header(strip: &Strip, family: usize, row: RowId) -> Option<Header> {
    let table = strip.compiled.families.get(family)?.table.as_ref()?;
    strip.kind(row)?;
    let heads = |id: ItemId| {
        strip.uses_in(family, id).filter_map(|u| match u {
            Use::Header(c) => Some(c),
            _ => None,
        })
    };
    // Cheap first: most rows have none.
    let begins = |id: ItemId| heads(id).next().is_some();
    if !strip.filled(row).any(begins) {
        return None;
    }
    let mut items = vec![None; table.columns.len()];
    let mut beside: Vec<Vec<Option<ItemId>>> = Vec::new();
    let mut others = Vec::new();
    let covering = strip.covering(row);
    // Headers that may stand for either of two columns come last: for the one that is missing.
    let (either, sure): (Vec<ItemId>, Vec<ItemId>) =
        covering.iter().copied().partition(|&id| heads(id).nth(1).is_some());
    for &id in &sure {
        match heads(id).next() {
            Some(c) if items[c].is_none() => items[c] = Some(id),
            Some(c) if !table.parts.is_empty() => {
                let part = beside.iter().position(|p| p[c].is_none()).unwrap_or(beside.len());
                if part == beside.len() {
                    beside.push(vec![None; table.columns.len()]);
                }
                beside[part][c] = Some(id);
            }
            _ if strip.items[id].filled => others.push(id),
            _ => {}
        }
    }
    for id in either {
        let free = |c: &usize| {
            items[*c].is_none()
                && !(table.role(*c) == Some(ColumnRole::Name)
                    && unheaded_name(strip, table, &items, &covering, id))
        };
        match heads(id).find(free) {
            Some(c) => items[c] = Some(id),
            None => others.push(id),
        }
    }
    // A part has targets of its own; a header that is printed twice for nothing heads nothing.
    let own_target =
        |p: &Vec<Option<ItemId>>| table.column(ColumnRole::Target).is_some_and(|c| p[c].is_some());
    let (beside, strays): (Vec<_>, Vec<_>) = beside.into_iter().partition(own_target);
    others.extend(strays.into_iter().flatten().flatten());
    others.sort_unstable();
    let levels = garbled_levels(strip, table, &items, &others);
    for &(id, c) in &levels {
        items[c] = Some(id);
        others.retain(|o| *o != id);
    }
    let needed = table.columns.iter().filter(|c| !c.optional).count();
    let found = items.iter().zip(&table.columns).filter(|(i, c)| i.is_some() && !c.optional);
    let count = found.count();
    if count < 2 || count * 2 < needed {
        return None;
    }
    let foreign = beside.iter().flatten().flatten().copied().collect();
    let mut header = Header { row, items, assumed: levels, others, beside, foreign };
    header.assume(strip, family, table);
    header.order_levels(strip, table);
    let telling = [ColumnRole::Name, ColumnRole::Target];
    let tells = |r: &ColumnRole| table.column(*r).is_some_and(|c| header.items[c].is_some());
    telling.iter().any(tells).then_some(header)
}

/// Recognised cells that are the headers of the levels by their order: 一级指标, 二级指标 and 三级指标
/// differ in strokes that a fax loses, and then each is like each. Only where there is one for every
/// level that is missing.
fn garbled_levels(
    strip: &Strip,
    table: &Table,
    items: &[Option<ItemId>],
    others: &[ItemId],
) -> Vec<(ItemId, usize)> {
    let columns: Vec<usize> = LEVELS.iter().filter_map(|r| table.column(*r)).collect();
    let missing: Vec<usize> = columns.iter().copied().filter(|&c| items[c].is_none()).collect();
    let is_garbled = |id: &ItemId| {
        strip.is_recognised(*id) && columns.iter().any(|&c| is_like(strip, table, *id, c))
    };
    let garbled: Vec<ItemId> = others.iter().copied().filter(is_garbled).collect();
    // One alone is told by what is missing.
    if garbled.len() < 2 || garbled.len() != missing.len() {
        return Vec::new();
    }
    let mut ids: Vec<ItemId> = columns.iter().filter_map(|&c| items[c]).chain(garbled).collect();
    ids.sort_by(|&a, &b| strip.items[a].x.0.total_cmp(&strip.items[b].x.0));
    // 二级指标 that lost a stroke is 一级指标: the order counts more.
    let found: Vec<(ItemId, usize)> = ids.into_iter().zip(columns).collect();
    if !found.iter().all(|&(id, c)| is_like(strip, table, id, c)) {
        return Vec::new();
    }
    found.into_iter().filter(|&(id, c)| items[c] != Some(id)).collect()
}

/// Whether the column of names has a blank header: a blank cell between the last level and `next`.
fn unheaded_name(
    strip: &Strip,
    table: &Table,
    items: &[Option<ItemId>],
    covering: &[ItemId],
    next: ItemId,
) -> bool {
    let levels = [ColumnRole::Level1, ColumnRole::Level2];
    let ends = levels.iter().filter_map(|r| items[table.column(*r)?]).map(|id| strip.items[id].x.1);
    let Some(from) = ends.reduce(f32::max) else { return false };
    let to = strip.items[next].x.0;
    covering.iter().any(|&id| {
        let item = &strip.items[id];
        !item.filled && item.x.0 >= from && item.x.1 <= to
    })
}

/// Whether a cell ends where another begins, and is as high.
fn is_beside(strip: &Strip, left: ItemId, right: ItemId) -> bool {
    let (a, b) = (&strip.items[left], &strip.items[right]);
    let place = |item: &Item| (item.block, item.row, item.row_span);
    place(a) == place(b) && (a.x.1 - b.x.0).abs() <= SAME_EDGE
}

/// Whether a cell reads like a header of a column but for a few characters.
fn is_like(strip: &Strip, table: &Table, id: ItemId, column: usize) -> bool {
    let near = |h: &String| within(strip.fold(id), h, tolerance(h.chars().count())).is_some();
    table.columns[column].headers.iter().any(near)
}

impl Header {
    /// The headers of each part of the table that stands beside others, from left to right; this
    /// header alone where there is one part only. A column that is printed once is common to all.
    pub(super) fn side_by_side(&self) -> Vec<Self> {
        let mut parts = vec![Self { beside: Vec::new(), ..self.clone() }];
        for (n, own) in self.beside.iter().enumerate() {
            let repeated = |c: usize| self.beside.iter().any(|p| p[c].is_some());
            let common = |(c, id): (usize, &Option<ItemId>)| id.filter(|_| !repeated(c));
            let common: Vec<Option<ItemId>> = self.items.iter().enumerate().map(common).collect();
            let items = own.iter().zip(&common).map(|(own, common)| own.or(*common)).collect();
            let first = self.items.iter().zip(&common).filter(|(_, c)| c.is_none());
            let others = self.beside.iter().enumerate().filter(|(m, _)| *m != n);
            let foreign = first.filter_map(|(i, _)| *i);
            let foreign = foreign.chain(others.flat_map(|(_, p)| p.iter().copied().flatten()));
            parts.push(Self {
                row: self.row,
                items,
                assumed: Vec::new(),
                others: Vec::new(),
                beside: Vec::new(),
                foreign: foreign.collect(),
            });
        }
        parts
    }

    /// Every cell that heads a column, of whatever part.
    pub(super) fn heads(&self) -> impl Iterator<Item = ItemId> + '_ {
        self.items.iter().flatten().chain(self.beside.iter().flatten().flatten()).copied()
    }

    /// Takes headers with damaged or unknown wording for columns that are still missing.
    fn assume(&mut self, strip: &Strip, family: usize, table: &Table) {
        for id in std::mem::take(&mut self.others) {
            let missing =
                table.columns.iter().enumerate().filter(|(c, _)| self.items[*c].is_none());
            let words = missing.flat_map(|(c, col)| col.headers.iter().map(move |h| (&**h, c)));
            match nearest(strip.fold(id), words) {
                Some((_, c)) => {
                    self.items[c] = Some(id);
                    self.assumed.push((id, c));
                }
                None => self.others.push(id),
            }
        }
        // A required column of other wording stands where the template's order puts it.
        for c in 0..table.columns.len() {
            let column = &table.columns[c];
            if self.items[c].is_some() || column.optional || column.field.is_some() {
                continue;
            }
            let x = |i: Option<&Option<ItemId>>| i.copied().flatten().map(|i| strip.items[i].x);
            let Some(before) = x(self.items.get(c + 1)) else { continue };
            // The first column has nothing before it but labels beside the table, which are higher.
            let Some(after) = (match c.checked_sub(1) {
                Some(i) => x(self.items.get(i)),
                None => Some((f32::MIN, f32::MIN)),
            }) else {
                continue;
            };
            let next = self.items.get(c + 1).copied().flatten();
            let is_alike =
                |id: ItemId| c > 0 || next.is_some_and(|next| is_beside(strip, id, next));
            let between = |id: &ItemId| {
                let x = strip.items[*id].x;
                let fits = x.0 >= after.1 && x.1 <= before.0;
                fits && is_alike(*id) && !strip.is_side(family, *id)
            };
            let mut candidates = self.others.iter().copied().filter(between);
            if let (Some(id), None) = (candidates.next(), candidates.next()) {
                self.items[c] = Some(id);
                self.assumed.push((id, c));
                self.others.retain(|o| *o != id);
                continue;
            }
            if c == 0 {
                continue;
            }
            // Or the header is blank.
            let between = |id: &ItemId| {
                let item = &strip.items[*id];
                !item.filled && item.x.0 >= after.1 && item.x.1 <= before.0
            };
            let blank: Vec<ItemId> = strip.covering(self.row).into_iter().filter(between).collect();
            if let ([id], ColumnRole::Name) = (blank.as_slice(), column.role) {
                self.items[c] = Some(*id);
            }
        }
    }

    /// Puts misread level headers in their order: 一级指标 and 三级指标 differ in a stroke, and no
    /// table has a lower level left of a higher one.
    fn order_levels(&mut self, strip: &Strip, table: &Table) {
        let headed = |c: usize| Some((c, self.items[c]?));
        let (columns, ids): (Vec<usize>, Vec<ItemId>) =
            LEVELS.iter().filter_map(|r| headed(table.column(*r)?)).unzip();
        let mut sorted = ids.clone();
        sorted.sort_by(|&a, &b| strip.items[a].x.0.total_cmp(&strip.items[b].x.0));
        let like = |id: ItemId, c: usize| is_like(strip, table, id, c);
        let misread = self.assumed.iter().any(|(id, _)| ids.contains(id));
        if !misread || sorted == ids || !sorted.iter().zip(&columns).all(|(&id, &c)| like(id, c)) {
            return;
        }
        self.assumed.retain(|(id, _)| !ids.contains(id));
        for (id, c) in sorted.into_iter().zip(columns) {
            if self.items[c] != Some(id)
                || !table.columns[c].headers.iter().any(|h| h == strip.fold(id))
            {
                self.assumed.push((id, c));
            }
            self.items[c] = Some(id);
        }
    }

    /// Whether the headers that were taken for others are those of levels with a few wrong
    /// characters.
    pub(super) fn has_garbled_levels_only(&self, strip: &Strip, table: &Table) -> bool {
        let level = |c: usize| table.role(c).is_some_and(|r| LEVELS.contains(&r));
        self.assumed.iter().all(|&(id, c)| level(c) && is_like(strip, table, id, c))
    }

    /// The columns that have a header, from left to right, without the levels.
    pub(super) fn tail(&self, strip: &Strip, table: &Table) -> Vec<usize> {
        let level = |c: usize| {
            matches!(table.role(c), Some(ColumnRole::Level1 | ColumnRole::Level2) | None)
                || table.columns[c].field.is_some()
        };
        let headed = self.items.iter().enumerate().filter_map(|(c, i)| Some((c, (*i)?)));
        let mut tail: Vec<(usize, ItemId)> = headed.filter(|(c, _)| !level(*c)).collect();
        tail.sort_by(|(_, a), (_, b)| strip.items[*a].x.0.total_cmp(&strip.items[*b].x.0));
        tail.into_iter().map(|(c, _)| c).collect()
    }
}

/// The extents of the table's columns, as the last row of headers shows them.
#[derive(Clone, Debug)]
pub(super) struct Extents {
    spans: Vec<Option<(f32, f32)>>,
    frame: (f32, f32),
    /// Column borders of the grid with the headers.
    edges: Vec<f32>,
    kind: GridKind,
    /// Where the columns of parts beside this one stand.
    foreign: Vec<(f32, f32)>,
}

impl Extents {
    pub(super) fn new(strip: &Strip, header: &Header) -> Option<Self> {
        let view = &strip.blocks[strip.rows.get(header.row)?.block];
        let spans = header.items.iter().map(|i| i.map(|id| strip.items[id].x)).collect();
        let foreign = header.foreign.iter().map(|&id| strip.items[id].x).collect();
        Some(Self {
            spans,
            frame: view.frame,
            edges: view.edges.clone(),
            kind: view.kind?,
            foreign,
        })
    }

    /// For each column of a grid, the table's column it belongs to.
    pub(super) fn map(&self, view: &View) -> Vec<Option<usize>> {
        if (view.kind == Some(GridKind::Delimited)) != (self.kind == GridKind::Delimited) {
            return vec![None; view.columns as usize];
        }
        let (scale, shift) = self.transform(view);
        let column = |x: f32| {
            self.spans.iter().position(|s| s.is_some_and(|(from, to)| from <= x && x < to))
        };
        view.edges.windows(2).map(|e| column(f32::midpoint(e[0], e[1]) * scale + shift)).collect()
    }

    /// For each column of a grid, whether it belongs to a part beside this one.
    pub(super) fn foreign(&self, view: &View) -> Vec<bool> {
        let (scale, shift) = self.transform(view);
        let foreign = |x: f32| self.foreign.iter().any(|(from, to)| *from <= x && x < *to);
        view.edges.windows(2).map(|e| foreign(f32::midpoint(e[0], e[1]) * scale + shift)).collect()
    }

    /// Whether the column borders of a grid are some of those of the grid with the headers, or
    /// the other way round: a page may show fewer columns than the next (design §5.7).
    pub(super) fn nests(&self, view: &View) -> bool {
        let (scale, shift) = self.transform(view);
        let theirs: Vec<f32> = view.edges.iter().map(|x| x * scale + shift).collect();
        let within = |few: &[f32], many: &[f32]| {
            few.iter().all(|x| many.iter().any(|y| (x - y).abs() <= SAME_EDGE))
        };
        within(&theirs, &self.edges) || within(&self.edges, &theirs)
    }

    fn edge_gaps(&self, view: &View) -> (f32, f32) {
        ((view.frame.0 - self.frame.0).abs(), (view.frame.1 - self.frame.1).abs())
    }

    fn same_width(&self, view: &View) -> bool {
        let width = |f: (f32, f32)| f.1 - f.0;
        (width(view.frame) - width(self.frame)).abs() <= SAME_EDGE
    }

    /// Scale and shift that bring x of `view` to x of the grid with the headers. A page may be
    /// offset (mirrored margins) or printed at another size; a grid that shares one edge only
    /// has lost columns at the other.
    fn transform(&self, view: &View) -> (f32, f32) {
        if self.kind == GridKind::Delimited {
            return (1.0, 0.0);
        }
        let (left, right) = self.edge_gaps(view);
        let width = view.frame.1 - view.frame.0;
        if self.same_width(view) {
            (1.0, self.frame.0 - view.frame.0)
        } else if left <= SAME_EDGE || right <= SAME_EDGE || width <= 0.0 {
            (1.0, 0.0)
        } else {
            let scale = (self.frame.1 - self.frame.0) / width;
            (scale, self.frame.0 - view.frame.0 * scale)
        }
    }
}
