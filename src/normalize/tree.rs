//! Flat pointers → nested records and lists.

use crate::model::pointer::Pointer;
use crate::model::value::Value;
use indexmap::IndexMap;

/// A record that grows by values at pointers; each insertion costs the pointer's depth.
#[derive(Debug)]
pub(super) struct Tree {
    root: Value,
    /// No list grows longer than this, whatever index a pointer holds.
    longest: usize,
}

impl Tree {
    pub fn new(longest: usize) -> Self {
        Self { root: Value::Record(IndexMap::new()), longest }
    }

    /// Puts `value` at `at`, making records for named steps and lists for numbered ones.
    ///
    /// Returns false, and changes no value, if something else stands there.
    pub fn insert(&mut self, at: &Pointer, value: Value) -> bool {
        let mut node = &mut self.root;
        for step in at.steps() {
            let index = step.parse::<usize>().ok();
            if node.is_null() {
                *node = match index {
                    Some(_) => Value::List(Vec::new()),
                    None => Value::Record(IndexMap::new()),
                };
            }
            node = match (node, index) {
                (Value::Record(map), _) => {
                    // Looked up first: an entry would need a text of its own each time.
                    let member = map.get_index_of(step.as_ref());
                    let member =
                        member.unwrap_or_else(|| map.insert_full(step.into_owned(), Value::Null).0);
                    let Some((_, value)) = map.get_index_mut(member) else { return false };
                    value
                }
                (Value::List(items), Some(index)) if index < self.longest => {
                    while items.len() <= index {
                        items.push(Value::Null);
                    }
                    let Some(item) = items.get_mut(index) else { return false };
                    item
                }
                _ => return false,
            };
        }
        if !node.is_null() {
            return false;
        }
        *node = value;
        true
    }

    pub fn into_value(self) -> Value {
        self.root
    }
}

#[cfg(test)]
mod tests {
    use super::Tree;
    use crate::model::pointer::Pointer;
    use crate::model::value::Value;

    #[test]
    fn pointers_become_records_and_lists() {
        let mut tree = Tree::new(10);
        let text = |s: &str| Value::Text(s.to_owned());
        let row = |i| Pointer::root().key("rows").index(i);
        assert!(tree.insert(&row(1).key("name"), text("b")));
        assert!(tree.insert(&row(0).key("name"), text("a")));
        assert!(tree.insert(&Pointer::from_dotted("funds.total"), Value::Null));
        assert!(!tree.insert(&row(0).key("name"), text("again")));
        assert!(!tree.insert(&Pointer::from_dotted("rows.name"), text("no index")));
        assert!(!tree.insert(&row(usize::MAX), text("far")));
        assert!(!tree.insert(&row(0).key("name").key("deeper"), text("below a leaf")));
        let value = tree.into_value();
        assert_eq!(value.get("rows.0.name").and_then(Value::as_text), Some("a"));
        assert_eq!(value.get("rows.1.name").and_then(Value::as_text), Some("b"));
        assert_eq!(value.get("funds.total"), Some(&Value::Null));
    }
}
