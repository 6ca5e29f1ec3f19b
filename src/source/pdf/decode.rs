//! Finds the characters of glyphs whose font has no `ToUnicode` map.
//!
//! Two sources are exact: the predefined CMap of a CJK encoding (code → CID → Unicode by the
//! character collection's UCS2 map), and the `cmap` table inside the embedded font program
//! (glyph → Unicode, read backwards). What neither knows stays U+FFFD and is reported.

use super::glyphs::{UNKNOWN, Undecoded};
use crate::model::page::Glyph;
use hayro_interpret::hayro_cmap::{BfString, CMap, CMapName, CidFamily, load_embedded};
use hayro_interpret::hayro_syntax::object::dict::keys;
use hayro_interpret::hayro_syntax::object::{Array, Dict, Name, Stream, String as PdfString};
use hayro_interpret::hayro_syntax::page::{Page, Resources};
use rustc_hash::FxHashMap;
use skrifa::{FontRef, MetadataProvider};

/// How deep form XObjects are searched for fonts.
const MAX_DEPTH: u32 = 6;

/// Decoders of one document's fonts; kept between its pages.
#[derive(Default)]
pub(super) struct Decoders {
    by_program: FxHashMap<u128, FxHashMap<u32, char>>,
    collections: FxHashMap<String, Option<Collection>>,
}

/// How the codes of one encoding become Unicode.
struct Collection {
    /// `None` for an identity encoding, whose codes are CIDs.
    encoding: Option<CMap>,
    ucs2: CMap,
}

impl Decoders {
    /// Fills in what can be found out.
    pub fn resolve(&mut self, glyphs: &mut [Glyph], undecoded: &[Undecoded], page: &Page<'_>) {
        if undecoded.is_empty() {
            return;
        }
        let encodings = encodings_of(page);
        for unknown in undecoded {
            let Some(glyph) = glyphs.get_mut(unknown.index) else { continue };
            if glyph.ch != UNKNOWN {
                continue;
            }
            let by_encoding = unknown
                .font
                .name
                .as_ref()
                .and_then(|name| encodings.get(name))
                .and_then(|encoding| self.by_collection(encoding, unknown.char_code));
            if let Some(c) = by_encoding.or_else(|| self.by_program(unknown)) {
                glyph.ch = c;
            }
        }
    }

    fn by_collection(&mut self, encoding: &Encoding, code: u32) -> Option<char> {
        let collection = self
            .collections
            .entry(encoding.key())
            .or_insert_with(|| Collection::load(encoding))
            .as_ref()?;
        let cid = match &collection.encoding {
            Some(cmap) => (1..=4).find_map(|len| cmap.lookup_cid_code(code, len))?,
            None => code,
        };
        // CID 0 is .notdef in every collection.
        if cid == 0 {
            return None;
        }
        match collection.ucs2.lookup_bf_string(cid)? {
            BfString::Char(c) => Some(c),
            BfString::String(_) => None,
        }
    }

    fn by_program(&mut self, unknown: &Undecoded) -> Option<char> {
        let data = unknown.font.data.as_ref()?;
        let map = self
            .by_program
            .entry(unknown.font.key)
            .or_insert_with(|| characters_of(data.as_ref().as_ref()));
        map.get(&unknown.glyph_id).copied()
    }
}

impl Collection {
    fn load(encoding: &Encoding) -> Option<Self> {
        let parse = |name: CMapName<'_>| CMap::parse(load_embedded(name)?, load_embedded);
        if encoding.is_identity() {
            return Some(Self { encoding: None, ucs2: parse(encoding.family.ucs2_cmap()?)? });
        }
        let cmap = parse(CMapName::from_bytes(&encoding.name))?;
        let family = cmap.metadata().character_collection.as_ref().map(|c| c.family.clone());
        let ucs2 = parse(family.unwrap_or_else(|| encoding.family.clone()).ucs2_cmap()?)?;
        Some(Self { encoding: Some(cmap), ucs2 })
    }
}

/// The characters that a font program assigns to its glyphs. Where several characters share a
/// glyph, the unified ideograph wins over its compatibility and radical twins.
fn characters_of(data: &[u8]) -> FxHashMap<u32, char> {
    let mut map: FxHashMap<u32, char> = FxHashMap::default();
    let Ok(font) = FontRef::new(data) else { return map };
    for (code, glyph) in font.charmap().mappings() {
        let Some(c) = char::from_u32(code) else { continue };
        // Symbol-encoded subsets map every glyph into the private use area, which says nothing.
        if matches!(code, 0xE000..=0xF8FF) {
            continue;
        }
        map.entry(glyph.to_u32())
            .and_modify(|old| {
                if rank(c) < rank(*old) {
                    *old = c;
                }
            })
            .or_insert(c);
    }
    map
}

fn rank(c: char) -> (u8, char) {
    let class = match c {
        '\u{4e00}'..='\u{9fff}' | '\u{20}'..='\u{7e}' => 0,
        '\u{2e80}'..='\u{2fdf}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}' => 2,
        _ => 1,
    };
    (class, c)
}

/// The encoding of a composite font without `ToUnicode`.
struct Encoding {
    name: Vec<u8>,
    family: CidFamily,
}

impl Encoding {
    fn is_identity(&self) -> bool {
        self.name.starts_with(b"Identity")
    }

    fn key(&self) -> String {
        format!("{}/{:?}", String::from_utf8_lossy(&self.name), self.family)
    }
}

/// The composite fonts that a page may use, by name without the subset prefix.
fn encodings_of(page: &Page<'_>) -> FxHashMap<String, Encoding> {
    let mut found = FxHashMap::default();
    collect(page.resources(), &mut found, 0);
    found
}

fn collect(resources: &Resources<'_>, found: &mut FxHashMap<String, Encoding>, depth: u32) {
    for name in resources.fonts.keys() {
        let Some(font) = resources.fonts.get::<Dict<'_>>(name.as_ref()) else { continue };
        if let Some((name, encoding)) = encoding_of(&font) {
            found.entry(name).or_insert(encoding);
        }
    }
    if depth >= MAX_DEPTH {
        return;
    }
    for name in resources.x_objects.keys() {
        let inner = resources
            .x_objects
            .get::<Stream<'_>>(name.as_ref())
            .and_then(|stream| stream.dict().get::<Dict<'_>>(keys::RESOURCES));
        if let Some(inner) = inner {
            collect(&Resources::new(inner), found, depth + 1);
        }
    }
}

fn encoding_of(font: &Dict<'_>) -> Option<(String, Encoding)> {
    if font.contains_key(keys::TO_UNICODE) {
        return None;
    }
    let encoding = font.get::<Name<'_>>(keys::ENCODING)?;
    let base = font.get::<Name<'_>>(keys::BASE_FONT)?;
    let descendant = font.get::<Array<'_>>(keys::DESCENDANT_FONTS)?.iter::<Dict<'_>>().next()?;
    let info = descendant.get::<Dict<'_>>(keys::CIDSYSTEMINFO);
    let text = |key: &[u8]| {
        info.as_ref()
            .and_then(|i| i.get::<PdfString<'_>>(key))
            .map(|s| s.as_bytes().to_vec())
            .unwrap_or_default()
    };
    let family = CidFamily::from_registry_ordering(&text(b"Registry"), &text(b"Ordering"));
    let name = base.as_str();
    let name = match name.split_once('+') {
        Some((prefix, rest)) if prefix.len() == 6 => rest,
        _ => name,
    };
    Some((name.to_owned(), Encoding { name: encoding.as_ref().to_vec(), family }))
}
