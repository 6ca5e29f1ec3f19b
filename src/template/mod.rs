//! Layout → bound forms.

use crate::model::finding::Finding;
use crate::model::form::BoundForm;
use crate::model::grid::{Grid, Layout};
use crate::model::spec::FormSpec;
use crate::model::taxonomy::Taxonomy;

/// The templates a run knows, and the taxonomy they share.
#[derive(Clone, Debug, Default)]
pub struct Library {
    pub specs: Vec<FormSpec>,
    pub taxonomy: Taxonomy,
}

/// What binding makes of a document.
#[derive(Clone, Debug, Default)]
pub struct Bound {
    pub forms: Vec<BoundForm>,
    /// Grids that belong to no form.
    pub tables: Vec<Grid>,
    pub findings: Vec<Finding>,
}

impl Library {
    /// The embedded families.
    pub fn embedded() -> Self {
        Self::default()
    }

    /// Binds a document's blocks to forms; with `only`, to the template of that identifier.
    pub fn bind(&self, layout: Layout, only: Option<&str>) -> Bound {
        let _ = only;
        Bound { findings: layout.findings, ..Bound::default() }
    }
}
