//! JSON Pointers (RFC 6901), the addresses of values.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

/// A JSON Pointer such as `/indicators/0/target`, or empty for the whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pointer(String);

impl Pointer {
    /// The pointer to the whole document.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// A pointer from a dotted key of a template: `funds.annual.total` → `/funds/annual/total`.
    #[must_use]
    pub fn from_dotted(key: &str) -> Self {
        key.split('.').fold(Self::root(), |p, step| p.key(step))
    }

    /// The member `name` below this value.
    #[must_use]
    pub fn key(&self, name: &str) -> Self {
        let mut s = String::with_capacity(self.0.len() + 1 + name.len());
        s.push_str(&self.0);
        s.push('/');
        if !name.contains(['~', '/']) {
            s.push_str(name);
            return Self(s);
        }
        for c in name.chars() {
            match c {
                '~' => s.push_str("~0"),
                '/' => s.push_str("~1"),
                c => s.push(c),
            }
        }
        Self(s)
    }

    /// The entry `index` (from 0) below this value.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        Self(format!("{}/{index}", self.0))
    }

    /// This pointer below `prefix`.
    #[must_use]
    pub fn below(&self, prefix: &Self) -> Self {
        Self(format!("{}{}", prefix.0, self.0))
    }

    /// The pointer to what this value stands in; `None` for the whole document.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        self.0.rsplit_once('/').map(|(above, _)| Self(above.to_owned()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The steps of the pointer, unescaped.
    pub fn steps(&self) -> impl Iterator<Item = Cow<'_, str>> + '_ {
        self.0.split('/').skip(1).map(|s| {
            if s.contains('~') {
                Cow::Owned(s.replace("~1", "/").replace("~0", "~"))
            } else {
                Cow::Borrowed(s)
            }
        })
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
