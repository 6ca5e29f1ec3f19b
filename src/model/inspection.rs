//! A document opened up for people to look into: what each stage saw, side by side.

use super::form::Converted;
use super::grid::PageLayout;
use super::page::{Glyph, Rule};
use std::collections::BTreeMap;

/// A converted document with the pages it was made from.
#[derive(Clone, Debug)]
pub struct Inspection {
    pub converted: Converted,
    /// The pages to show, ascending.
    pub pages: Vec<InspectedPage>,
    /// For each template that a form was bound to: the part of its text for each key.
    pub templates: BTreeMap<String, Vec<TemplateRule>>,
}

/// What a template's text says about one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateRule {
    /// Dotted, without the numbers of records: `indicators.level1`.
    pub key: String,
    /// On which its table begins, from 1.
    pub line: usize,
    /// The table, as written.
    pub text: String,
}

/// One page as its source and its layout saw it.
#[derive(Clone, Debug)]
pub struct InspectedPage {
    /// Counted from 1.
    pub number: u32,
    /// Width and height as displayed, in points.
    pub size_pt: (f32, f32),
    /// The page as a picture, if it could be drawn.
    pub picture: Option<PagePicture>,
    pub glyphs: Vec<Glyph>,
    pub rules: Vec<Rule>,
    /// Before grids are joined over page breaks.
    pub layout: PageLayout,
}

/// An encoded picture.
#[derive(Clone, Debug)]
pub struct PagePicture {
    /// `image/png` or `image/jpeg`.
    pub media_type: &'static str,
    pub bytes: Vec<u8>,
}
