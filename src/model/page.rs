//! What a source yields: a document of pages with glyphs, rules and images.

use super::finding::Finding;
use super::geometry::{Point, Rect};
use serde::{Deserialize, Serialize};

/// Where an input came from, as it stands in the output's `source` object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceInfo {
    /// File name without its folder.
    pub file: String,
    /// Lower-case hexadecimal SHA-256 of the input bytes.
    pub sha256: String,
    /// Number of pages.
    pub pages: u32,
    pub kind: SourceKind,
}

/// What sort of document the pages make up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// Pages with a usable text layer.
    Exported,
    /// Pages that are pictures.
    Scanned,
    /// Some of each.
    Mixed,
    /// A tab-separated text export: no geometry.
    Text,
    /// Nothing is printed on any page.
    Blank,
}

impl SourceKind {
    /// Lower-case name as in the output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Exported => "exported",
            Self::Scanned => "scanned",
            Self::Mixed => "mixed",
            Self::Text => "text",
            Self::Blank => "blank",
        }
    }
}

/// One page as its source sees it.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Counted from 1.
    pub number: u32,
    /// Width and height as displayed, in points; `(0, 0)` for a text export.
    pub size_pt: (f32, f32),
    /// Clockwise rotation asked for by `/Rotate`, already applied: 0, 90, 180 or 270.
    pub rotation: u16,
    pub kind: PageKind,
    pub glyphs: Vec<Glyph>,
    pub rules: Vec<Rule>,
    pub images: Vec<ImageBox>,
    /// Where the edge of the page or of a clip ends a line that goes on beyond.
    pub cuts: Vec<Point>,
    /// Characters that stand beyond the edges of the page, where nobody sees them.
    pub outside: u32,
    /// Shapes are drawn that are no lines of tables: ornaments, or text as outlines.
    pub shapes: bool,
    /// Rows that the source itself delimits (text exports); empty for PDF pages.
    pub rows: Vec<DelimitedRow>,
    /// What went wrong or needs attention while reading this page.
    pub findings: Vec<Finding>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PageKind {
    #[default]
    Exported,
    Scanned,
    Mixed,
    Blank,
}

/// One printed character.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Glyph {
    /// The character meant; U+FFFD where the reader could not decode it.
    pub ch: char,
    /// Advance box by ascent and descent, in points, as displayed.
    pub bbox: Rect,
    /// Start of the baseline, in points.
    pub origin: Point,
    /// Effective size in points, as displayed.
    pub font_size: f32,
    /// Reading direction as displayed.
    pub turn: Turn,
    pub from: Origin,
    /// 0 to 1; 1 for a text layer.
    pub confidence: f32,
    /// Printed in an ink that hardly stands out from its ground, like a watermark.
    pub pale: bool,
}

/// Direction in which text runs on the displayed page, clockwise from left to right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Turn {
    #[default]
    None,
    /// Top to bottom.
    Right,
    UpsideDown,
    /// Bottom to top.
    Left,
    /// Not a multiple of a quarter turn, for instance a diagonal watermark.
    Oblique,
}

/// Which reader produced a character.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// The PDF's text layer through the first reader.
    #[default]
    TextLayer,
    /// The PDF's text layer through the second reader.
    SecondReader,
    /// A delimited text export.
    TextExport,
    /// Optical recognition of a picture.
    Recognised,
}

impl Origin {
    /// Kebab-case name as in the output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::TextLayer => "text-layer",
            Self::SecondReader => "second-reader",
            Self::TextExport => "text-export",
            Self::Recognised => "recognised",
        }
    }
}

/// A ruling line or the edge of a shaded box.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rule {
    pub axis: Axis,
    /// The constant coordinate (y of a horizontal rule), centre of the stroke, in points.
    pub position: f32,
    /// From and to along the axis, `span.0 <= span.1`, in points.
    pub span: (f32, f32),
    /// Thickness in points.
    pub width: f32,
    pub strength: Strength,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Axis {
    Horizontal,
    Vertical,
}

/// How sure a rule is a border.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// The edge of a filled box: a border only where nothing better is drawn.
    Weak,
    /// A drawn line.
    Drawn,
}

/// Where a picture stands on a page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ImageBox {
    /// As displayed, clipped, in points.
    pub bbox: Rect,
    /// Size of the picture in pixels.
    pub pixels: (u32, u32),
}

/// One line of a text export, split at tabs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DelimitedRow {
    /// Line number in the file, from 1.
    pub line: u32,
    /// One entry per tab-separated cell, blanks at both ends removed; empty for a blank line. A
    /// quoted cell that runs over several lines of the file has them joined by line feeds.
    pub cells: Vec<String>,
}
