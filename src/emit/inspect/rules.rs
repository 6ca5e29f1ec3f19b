//! Which part of a template's text describes which key.

use serde_json::{Map, Value, json};

/// For each key (`project_name`, `indicators.level1`): the line on which its table begins, from
/// 1, and the table's text.
pub(super) fn of(template: &str) -> Map<String, Value> {
    let lines: Vec<&str> = template.lines().collect();
    let starts: Vec<usize> =
        (0..lines.len()).filter(|&i| lines[i].trim_start().starts_with('[')).collect();
    let mut rules = Map::new();
    let mut list = String::new();
    for (n, &start) in starts.iter().enumerate() {
        let end = starts.get(n + 1).copied().unwrap_or(lines.len());
        let table: Vec<&str> = lines[start..end].to_vec();
        let Some(key) = table.iter().find_map(|line| key_of(line)) else { continue };
        let dotted = match table[0].trim() {
            "[[fields]]" => key.to_owned(),
            "[indicators]" | "[[lists]]" => {
                key.clone_into(&mut list);
                continue;
            }
            "[[indicators.columns]]" | "[[lists.columns]]" => format!("{list}.{key}"),
            _ => continue,
        };
        let text = table.join("\n").trim_end().to_owned();
        rules.insert(dotted, json!({"line": start + 1, "text": text}));
    }
    rules
}

fn key_of(line: &str) -> Option<&str> {
    let value = line.strip_prefix("key")?.trim_start().strip_prefix('=')?.trim();
    value.strip_prefix('"')?.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn each_key_has_its_table() {
        let text = "id = \"x\"\n\n[[fields]]\nkey = \"a.b\"\nlabel = [\"甲\"]\n\n[indicators]\n\
                    key = \"rows\"\n\n[[indicators.columns]]\nkey = \"level1\"\nrole = \"level1\"\n";
        let rules = of(text);
        assert_eq!(rules["a.b"]["line"], 3);
        assert_eq!(rules["a.b"]["text"], "[[fields]]\nkey = \"a.b\"\nlabel = [\"甲\"]");
        assert_eq!(rules["rows.level1"]["line"], 10);
        assert_eq!(rules.len(), 2);
    }
}
