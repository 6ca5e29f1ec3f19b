//! How cells look, and the workbook's style sheet.

use rustc_hash::FxHashMap;
use std::fmt::Write;

/// The look of a cell. Small and comparable, so that a workbook holds each look once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Style {
    pub font: Font,
    pub fill: Fill,
    pub border: Border,
    pub across: Across,
    pub down: Down,
    /// Lines break at the cell's edge.
    pub wrap: bool,
    /// The content is made smaller where it does not fit: numbers that do not are shown as `###`.
    pub shrink: bool,
    /// Characters stand one below another.
    pub stacked: bool,
    pub format: Format,
    /// The content is text whatever it begins with: an apostrophe stands before it in the
    /// formula bar, so that editing `=100.00(%)` does not make a formula of it.
    pub quoted: bool,
}

/// Size, weight and colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Font {
    /// In half points: 20 is 10 pt.
    pub half_points: u16,
    pub bold: bool,
    pub link: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Fill {
    #[default]
    None,
    Header,
    Total,
    Info,
    Warning,
    Error,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Border {
    #[default]
    None,
    Thin,
    Hair,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Across {
    #[default]
    General,
    Left,
    Center,
    Right,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Down {
    #[default]
    Center,
    Top,
    Bottom,
}

/// How a value is displayed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Format {
    #[default]
    General,
    Text,
    /// So many decimals.
    Plain(u32),
    /// Thousands separated, so many decimals.
    Grouped(u32),
    Date(DateFormat),
}

/// How a date is displayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DateFormat {
    /// `2026-01-01`
    Iso,
    /// `2026/1/1`
    Slashes,
    /// `2026/01/01`
    PaddedSlashes,
    /// `2026.1.1`
    Dots,
    /// `2026.01.01`
    PaddedDots,
    /// `2026年1月1日`
    Chinese,
    /// `2026年01月01日`
    PaddedChinese,
}

impl Default for Font {
    fn default() -> Self {
        Self { half_points: 20, bold: false, link: false }
    }
}

impl Fill {
    /// Background as red, green and blue.
    fn colour(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Header => Some("D9E1F2"),
            Self::Total => Some("F2F2F2"),
            Self::Info => Some("DDEBF7"),
            Self::Warning => Some("FFEB9C"),
            Self::Error => Some("FFC7CE"),
        }
    }
}

impl DateFormat {
    pub const ALL: [Self; 7] = [
        Self::Iso,
        Self::Slashes,
        Self::PaddedSlashes,
        Self::Dots,
        Self::PaddedDots,
        Self::Chinese,
        Self::PaddedChinese,
    ];

    /// The format code of spreadsheets.
    fn code(self) -> &'static str {
        match self {
            Self::Iso => "yyyy-mm-dd",
            Self::Slashes => "yyyy/m/d",
            Self::PaddedSlashes => "yyyy/mm/dd",
            Self::Dots => "yyyy.m.d",
            Self::PaddedDots => "yyyy.mm.dd",
            Self::Chinese => "yyyy\"年\"m\"月\"d\"日\"",
            Self::PaddedChinese => "yyyy\"年\"mm\"月\"dd\"日\"",
        }
    }

    /// The text that a spreadsheet displays for a day.
    pub fn display(self, day: jiff::civil::Date) -> String {
        let (y, m, d) = (day.year(), day.month(), day.day());
        match self {
            Self::Iso => format!("{y:04}-{m:02}-{d:02}"),
            Self::Slashes => format!("{y:04}/{m}/{d}"),
            Self::PaddedSlashes => format!("{y:04}/{m:02}/{d:02}"),
            Self::Dots => format!("{y:04}.{m}.{d}"),
            Self::PaddedDots => format!("{y:04}.{m:02}.{d:02}"),
            Self::Chinese => format!("{y:04}年{m}月{d}日"),
            Self::PaddedChinese => format!("{y:04}年{m:02}月{d:02}日"),
        }
    }
}

impl Format {
    /// The format code of spreadsheets; `None` for the general format.
    pub fn code(self) -> Option<String> {
        let decimals =
            |n: u32| if n > 0 { format!(".{:0>1$}", "", n as usize) } else { String::new() };
        match self {
            Self::General => None,
            Self::Text => Some("@".to_owned()),
            Self::Plain(n) => Some(format!("0{}", decimals(n))),
            Self::Grouped(n) => Some(format!("#,##0{}", decimals(n))),
            Self::Date(date) => Some(date.code().to_owned()),
        }
    }
}

/// The looks of a workbook, numbered as they are first used.
#[derive(Debug)]
pub struct StyleSheet {
    /// What the sheet's looks are, in the order of their numbers.
    styles: Vec<Style>,
    numbers: FxHashMap<Style, u32>,
}

impl Default for StyleSheet {
    fn default() -> Self {
        Self { styles: Vec::new(), numbers: FxHashMap::default() }
    }
}

impl StyleSheet {
    /// The number of a look, as cells refer to it. 0 is the default look and never given out.
    pub fn number(&mut self, style: Style) -> u32 {
        let next = self.styles.len() as u32 + 1;
        *self.numbers.entry(style).or_insert_with(|| {
            self.styles.push(style);
            next
        })
    }

    /// `xl/styles.xml`.
    pub fn to_xml(&self) -> String {
        let mut fonts =
            Parts::new("<font><sz val=\"11\"/><name val=\"Calibri\"/><family val=\"2\"/></font>");
        // The first two fills are given by the format.
        let mut fills = Parts::new("<fill><patternFill patternType=\"none\"/></fill>");
        fills.number("<fill><patternFill patternType=\"gray125\"/></fill>".to_owned());
        let mut borders = Parts::new("<border><left/><right/><top/><bottom/><diagonal/></border>");
        let mut formats = Parts::default();
        let mut cells = String::new();
        for style in &self.styles {
            let format = style.format.code().map_or(0, |code| FIRST_FORMAT + formats.number(code));
            let font = fonts.number(font_xml(style.font));
            let fill = style.fill.colour().map_or(0, |colour| {
                fills.number(format!(
                    "<fill><patternFill patternType=\"solid\"><fgColor rgb=\"FF{colour}\"/>\
                     <bgColor indexed=\"64\"/></patternFill></fill>"
                ))
            });
            let border = borders.number(border_xml(style.border));
            let quote = if style.quoted { " quotePrefix=\"1\"" } else { "" };
            let _ = write!(
                cells,
                "<xf numFmtId=\"{format}\" fontId=\"{font}\" fillId=\"{fill}\" \
                 borderId=\"{border}\" xfId=\"0\"{quote} applyNumberFormat=\"1\" applyFont=\"1\" \
                 applyFill=\"1\" applyBorder=\"1\" applyAlignment=\"1\">{}</xf>",
                alignment_xml(style)
            );
        }
        let format_list: String = formats
            .list
            .iter()
            .enumerate()
            .map(|(i, code)| {
                let code = code.replace('"', "&quot;");
                format!("<numFmt numFmtId=\"{}\" formatCode=\"{code}\"/>", i as u32 + FIRST_FORMAT)
            })
            .collect();
        let format_list = if formats.list.is_empty() {
            String::new()
        } else {
            format!("<numFmts count=\"{}\">{format_list}</numFmts>", formats.list.len())
        };
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
             <styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">\
             {format_list}{}{}{}\
             <cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/>\
             </cellStyleXfs><cellXfs count=\"{}\">\
             <xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>{cells}</cellXfs>\
             <cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/>\
             </cellStyles></styleSheet>",
            fonts.to_xml("fonts"),
            fills.to_xml("fills"),
            borders.to_xml("borders"),
            self.styles.len() + 1,
        )
    }
}

/// Identifiers below this one belong to formats that the file format itself defines.
const FIRST_FORMAT: u32 = 164;

/// The distinct parts of one kind, numbered from 0.
#[derive(Default)]
struct Parts {
    list: Vec<String>,
}

impl Parts {
    fn new(first: &str) -> Self {
        Self { list: vec![first.to_owned()] }
    }

    /// The number of a part. There are few: a search from the front is quick.
    fn number(&mut self, part: String) -> u32 {
        let at = self.list.iter().position(|p| *p == part).unwrap_or_else(|| {
            self.list.push(part);
            self.list.len() - 1
        });
        at as u32
    }

    fn to_xml(&self, tag: &str) -> String {
        format!("<{tag} count=\"{}\">{}</{tag}>", self.list.len(), self.list.concat())
    }
}

fn font_xml(font: Font) -> String {
    let bold = if font.bold { "<b/>" } else { "" };
    let (underline, colour) = if font.link {
        ("<u/>", "<color rgb=\"FF0563C1\"/>")
    } else {
        ("", "<color rgb=\"FF000000\"/>")
    };
    let size = f32::from(font.half_points) / 2.0;
    format!(
        "<font>{bold}{underline}<sz val=\"{size}\"/>{colour}<name val=\"宋体\"/>\
         <family val=\"3\"/><charset val=\"134\"/></font>"
    )
}

fn border_xml(border: Border) -> String {
    let line = match border {
        Border::None => return "<border><left/><right/><top/><bottom/><diagonal/></border>".into(),
        Border::Thin => "thin",
        Border::Hair => "hair",
    };
    let side = |name: &str| format!("<{name} style=\"{line}\"><color indexed=\"64\"/></{name}>");
    format!(
        "<border>{}{}{}{}<diagonal/></border>",
        side("left"),
        side("right"),
        side("top"),
        side("bottom")
    )
}

fn alignment_xml(style: &Style) -> String {
    let across = match style.across {
        Across::General => "",
        Across::Left => " horizontal=\"left\"",
        Across::Center => " horizontal=\"center\"",
        Across::Right => " horizontal=\"right\"",
    };
    let down = match style.down {
        Down::Center => "center",
        Down::Top => "top",
        Down::Bottom => "bottom",
    };
    let stacked = if style.stacked { " textRotation=\"255\"" } else { "" };
    let wrap = if style.wrap { " wrapText=\"1\"" } else { "" };
    let shrink = if style.shrink { " shrinkToFit=\"1\"" } else { "" };
    format!("<alignment{across} vertical=\"{down}\"{stacked}{wrap}{shrink}/>")
}

#[cfg(test)]
mod tests {
    use super::{DateFormat, Format, Style, StyleSheet};

    #[test]
    fn holds_each_look_once() {
        let mut sheet = StyleSheet::default();
        let wrapped = Style { wrap: true, ..Style::default() };
        assert_eq!(sheet.number(Style::default()), 1);
        assert_eq!(sheet.number(wrapped), 2);
        assert_eq!(sheet.number(Style::default()), 1);
        assert!(sheet.to_xml().contains("<cellXfs count=\"3\">"));
    }

    #[test]
    fn format_codes() {
        assert_eq!(Format::Grouped(2).code().as_deref(), Some("#,##0.00"));
        assert_eq!(Format::Grouped(0).code().as_deref(), Some("#,##0"));
        assert_eq!(Format::Plain(4).code().as_deref(), Some("0.0000"));
        assert_eq!(Format::General.code(), None);
        let day = jiff::civil::date(2026, 1, 2);
        assert_eq!(DateFormat::Chinese.display(day), "2026年1月2日");
    }
}
