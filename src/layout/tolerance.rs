//! Every tolerance of layout, with its reason. All lengths in points.

/// Rules whose positions differ by less are drawn on one line: rounding of coordinates and the
/// two edges of a hairline.
pub const SNAP: f32 = 1.0;

/// A snapped line never gathers rules further apart than this, however many lie between.
pub const SNAP_CHAIN: f32 = 3.0;

/// Gap along a line that is bridged, and distance at which two lines still touch: mitred
/// corners, borders cut short by the neighbour's width.
pub const TOUCH: f32 = 3.0;

/// Lines that end so near to an edge of the page go on beyond it: half of a thick border may be
/// drawn outside, and pictures are deskewed.
pub const RUNS_OFF: f32 = 2.0;

/// Longest gap of a dash pattern; office software scales dashes with the line's width.
pub const DASH_GAP: f32 = 10.0;

/// Longest dash of a dash pattern.
pub const DASH_LENGTH: f32 = 16.0;

/// Lines shorter than this after joining are dots and ticks; no cell is that small.
pub const MIN_LINE: f32 = 4.0;

/// Rows and columns narrower than this that hold no glyph are the space inside a double line.
pub const SLIVER: f32 = 4.5;

/// Rows and columns narrower than this hold no glyph of their own, only parts of glyphs from
/// beside: a figure of the smallest print, 7 pt, is half an em wide.
pub const BARE_SLIVER: f32 = 3.0;

/// Least height of a row that holds a line of text: the smallest print of office forms is 7 pt.
pub const MIN_ROW: f32 = 9.0;

/// Share of a slot's side that must be ruled to count as a border.
pub const BORDER_COVERAGE: f32 = 0.6;

/// Two glyphs are on one line if their baselines differ by less than this share of an em.
pub const BASELINE: f32 = 0.5;

/// Gap between two Latin letters or digits that stands for a blank, in em. A blank is a quarter
/// of an em in most faces; letter spacing stays below a seventh.
pub const LATIN_GAP: f32 = 0.2;

/// Gap next to an ideograph that stands for a blank, in em: above the quarter em that
/// typesetters put between scripts by themselves.
pub const MIXED_GAP: f32 = 0.75;

/// Gap between two ideographs that stands for a blank, in em: above any justification.
pub const CJK_GAP: f32 = 1.5;

/// Gap that separates two pieces of text on one line outside ruled tables, in em.
pub const PIECE_GAP: f32 = 1.2;

/// Edges of a table's parts on two pages agree within this.
pub const PAGE_EDGE: f32 = 3.0;
