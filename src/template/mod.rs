//! Layout → bound forms: which printed cell is which field of which template.
//!
//! # Steps
//!
//! 1. [`schema`] reads templates, `compile` folds their labels and builds one index over all
//!    families. Both happen once for a [`Library`].
//! 2. `rejoin` puts rows together that a page break cuts within their label; `strip` lays a
//!    document's blocks out as one strip of rows.
//! 3. `split` cuts the strip into regions of one form each: at titles, and at the leading label
//!    where a form has none.
//! 4. `select` scores every family for a region and finds regions that go on with the form before.
//! 5. `bind` reads a region: `head` by labels (`place`, `inline`), `columns`, `body` and `reading`
//!    for the rows of the indicator table, `carry` for their levels.
//! 6. `carve` moves the blocks to the forms; what is left becomes a table.
//!
//! Every step is linear in the cells; edit distances are only taken of short cells that nothing
//! else explains.

mod bind;
mod body;
mod carry;
mod carve;
mod centred;
mod columns;
mod compile;
mod distance;
mod divided;
mod document;
mod doubts;
pub mod draft;
mod each;
mod head;
mod indicators;
mod inline;
mod levels;
mod lists;
pub mod outline;
mod place;
mod plain;
mod reading;
mod rejoin;
mod rules;
pub mod schema;
mod scope;
mod select;
mod split;
mod strip;
#[cfg(test)]
mod tests;
mod vocabulary;
mod year;

pub use schema::TemplateError;

use crate::model::finding::Finding;
use crate::model::form::BoundForm;
use crate::model::grid::{Block, Grid, Layout};
use crate::model::spec::FormSpec;
use crate::model::taxonomy::Taxonomy;
use compile::Compiled;
use std::sync::{Arc, LazyLock, OnceLock};

/// The name under which a taxonomy stands among templates.
const TAXONOMY: &str = "taxonomy.toml";

/// The embedded families: file name and text. The first of equal matches wins.
const EMBEDDED: [(&str, &str); 10] = [
    ("shanghai-project-target.toml", include_str!("families/shanghai-project-target.toml")),
    ("central-project-target.toml", include_str!("families/central-project-target.toml")),
    ("sichuan-department-target.toml", include_str!("families/sichuan-department-target.toml")),
    ("transfer-region-target.toml", include_str!("families/transfer-region-target.toml")),
    ("project-self-evaluation.toml", include_str!("families/project-self-evaluation.toml")),
    ("department-overall-target.toml", include_str!("families/department-overall-target.toml")),
    ("guangdong-project-target.toml", include_str!("families/guangdong-project-target.toml")),
    ("hunan-project-target.toml", include_str!("families/hunan-project-target.toml")),
    ("hubei-project-target.toml", include_str!("families/hubei-project-target.toml")),
    ("long-term-project-target.toml", include_str!("families/long-term-project-target.toml")),
];

const EMBEDDED_TAXONOMY: &str = include_str!("families/taxonomy.toml");

/// Read, but neither checked nor compiled, which takes longer than a short document: the first is
/// what a test does, and the second is left to whoever binds.
static LIBRARY: LazyLock<Library> = LazyLock::new(|| {
    let specs = EMBEDDED.iter().filter_map(|(file, text)| schema::read(file, text).ok());
    Library {
        specs: Arc::new(specs.collect()),
        taxonomy: Arc::new(schema::parse_taxonomy(TAXONOMY, EMBEDDED_TAXONOMY).unwrap_or_default()),
        compiled: Arc::default(),
    }
});

/// The templates a run knows, and the taxonomy they share. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Library {
    /// In order of precedence. Change them with [`Library::with_templates`] only.
    pub specs: Arc<Vec<FormSpec>>,
    pub taxonomy: Arc<Taxonomy>,
    compiled: Arc<OnceLock<Compiled>>,
}

/// What binding makes of a document.
#[derive(Clone, Debug, Default)]
pub struct Bound {
    /// In reading order.
    pub forms: Vec<BoundForm>,
    /// Grids that belong to no form.
    pub tables: Vec<Grid>,
    /// Findings of the document; those of a form stand in the form.
    pub findings: Vec<Finding>,
}

/// What there is of a document beside its bound forms.
#[derive(Clone, Debug, Default)]
pub struct Remains {
    /// By form, in reading order.
    pub blocks: Vec<Vec<Block>>,
    /// Grids that belong to no form.
    pub tables: Vec<Grid>,
    /// Findings of the document.
    pub findings: Vec<Finding>,
    /// More findings of forms: number of the form from 0, finding.
    pub later: Vec<(usize, Finding)>,
}

impl Library {
    /// The embedded families.
    pub fn embedded() -> Self {
        LIBRARY.clone()
    }

    /// The embedded templates as file name and text, for users who write their own.
    pub fn embedded_texts() -> &'static [(&'static str, &'static str)] {
        &EMBEDDED
    }

    /// This library with more templates, given as file name and text. They come before those it
    /// has; one of the same identifier replaces it, and a file called `taxonomy.toml` replaces the
    /// taxonomy.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with any of them.
    pub fn with_templates<'t>(
        self,
        texts: impl IntoIterator<Item = (&'t str, &'t str)>,
    ) -> Result<Self, Vec<TemplateError>> {
        let mut taxonomy = self.taxonomy;
        let mut added: Vec<(&str, FormSpec)> = Vec::new();
        let mut errors = Vec::new();
        for (file, text) in texts {
            if file == TAXONOMY {
                match schema::parse_taxonomy(file, text) {
                    Ok(read) => taxonomy = Arc::new(read),
                    Err(e) => errors.push(e),
                }
                continue;
            }
            match schema::parse(file, text) {
                Ok(spec) => match added.iter().find(|(_, s)| s.id == spec.id) {
                    Some((other, _)) => errors.push(schema::same_id(file, text, &spec.id, other)),
                    None => added.push((file, spec)),
                },
                Err(found) => errors.extend(found),
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let mut specs: Vec<FormSpec> = added.into_iter().map(|(_, s)| s).collect();
        for old in self.specs.iter() {
            if !specs.iter().any(|s| s.id == old.id) {
                specs.push(old.clone());
            }
        }
        let compiled = Compiled::new(&specs, &taxonomy).map_err(|e| vec![schema::compiling(&e)])?;
        Ok(Self { specs: Arc::new(specs), taxonomy, compiled: Arc::new(compiled.into()) })
    }

    /// What is here has been compiled before, or is embedded, which a test compiles.
    fn compiled(&self) -> &Compiled {
        let compile = || Compiled::new(&self.specs, &self.taxonomy).unwrap_or_default();
        self.compiled.get_or_init(compile)
    }

    /// The template of an identifier.
    pub fn spec(&self, id: &str) -> Option<&FormSpec> {
        self.specs.iter().find(|s| s.id == id)
    }

    /// Binds a document's blocks to forms; with `only`, to the template of that identifier.
    ///
    /// Grids that match no template come back as tables, with a finding each.
    pub fn bind(&self, layout: Layout, only: Option<&str>) -> Bound {
        let mut forms = Vec::new();
        let remains = self.bind_each(layout, only, &mut |form| forms.push(form));
        for (form, blocks) in forms.iter_mut().zip(remains.blocks) {
            form.blocks = blocks;
        }
        for (form, finding) in remains.later {
            forms[form].findings.push(finding);
        }
        Bound { forms, tables: remains.tables, findings: remains.findings }
    }

    /// Like [`Library::bind`], but hands each form to `take` before the next one is bound: the
    /// printed cells of all the forms of a long document are large. Their blocks, and what is found
    /// out about them only when all are known, come at the end.
    pub fn bind_each(
        &self,
        layout: Layout,
        only: Option<&str>,
        take: &mut dyn FnMut(BoundForm),
    ) -> Remains {
        document::bind(self, layout, only, take)
    }
}
