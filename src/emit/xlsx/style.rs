//! How cells look.

use rust_xlsxwriter::{Format as Formatting, FormatAlign, FormatBorder, FormatUnderline};
use rustc_hash::FxHashMap;

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
            Self::Header => Some("#D9E1F2"),
            Self::Total => Some("#F2F2F2"),
            Self::Info => Some("#DDEBF7"),
            Self::Warning => Some("#FFEB9C"),
            Self::Error => Some("#FFC7CE"),
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

/// The formats of a workbook's looks, each made once.
#[derive(Debug, Default)]
pub struct Looks {
    formats: FxHashMap<Style, Formatting>,
}

impl Looks {
    /// The format of a look.
    pub fn format(&mut self, style: Style) -> &Formatting {
        self.formats.entry(style).or_insert_with(|| formatting(&style))
    }
}

fn formatting(style: &Style) -> Formatting {
    let mut format = Formatting::new()
        .set_font_name("宋体")
        .set_font_family(3)
        .set_font_charset(134)
        .set_font_size(f64::from(style.font.half_points) / 2.0)
        .set_align(match style.down {
            Down::Center => FormatAlign::VerticalCenter,
            Down::Top => FormatAlign::Top,
            Down::Bottom => FormatAlign::Bottom,
        });
    if style.font.bold {
        format = format.set_bold();
    }
    if style.font.link {
        format = format.set_font_color("#0563C1").set_underline(FormatUnderline::Single);
    }
    if let Some(colour) = style.fill.colour() {
        format = format.set_background_color(colour);
    }
    format = match style.border {
        Border::None => format,
        Border::Thin => format.set_border(FormatBorder::Thin),
        Border::Hair => format.set_border(FormatBorder::Hair),
    };
    format = match style.across {
        Across::General => format,
        Across::Left => format.set_align(FormatAlign::Left),
        Across::Center => format.set_align(FormatAlign::Center),
        Across::Right => format.set_align(FormatAlign::Right),
    };
    if style.wrap {
        format = format.set_text_wrap();
    }
    if style.shrink {
        format = format.set_shrink();
    }
    if style.stacked {
        // 270 stands for letters one below another, not for a turn.
        format = format.set_rotation(270);
    }
    if style.quoted {
        format = format.set_quote_prefix();
    }
    if let Some(code) = style.format.code() {
        format = format.set_num_format(code);
    }
    format
}

#[cfg(test)]
mod tests {
    use super::{DateFormat, Format};

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
