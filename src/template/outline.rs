//! Which part of a template's text describes which key.

use crate::model::inspection::TemplateRule;

/// The table of each key (`project_name`, `indicators.level1`), in the order of the text.
#[must_use]
pub fn outline(template: &str) -> Vec<TemplateRule> {
    let lines: Vec<&str> = template.lines().collect();
    let starts: Vec<usize> =
        (0..lines.len()).filter(|&i| lines[i].trim_start().starts_with('[')).collect();
    let mut rules = Vec::new();
    let mut list = String::new();
    for (n, &start) in starts.iter().enumerate() {
        let end = starts.get(n + 1).copied().unwrap_or(lines.len());
        let table = &lines[start..end];
        let Some(key) = table.iter().find_map(|line| key_of(line)) else { continue };
        let key = match table[0].trim() {
            "[[fields]]" => key.to_owned(),
            "[indicators]" | "[[lists]]" => {
                key.clone_into(&mut list);
                key.to_owned()
            }
            "[[indicators.columns]]" | "[[lists.columns]]" => format!("{list}.{key}"),
            _ => continue,
        };
        // Remarks at the end belong to the next table.
        let remark = |line: &&&str| line.trim().is_empty() || line.trim_start().starts_with('#');
        let length = table.len() - table.iter().rev().take_while(remark).count();
        rules.push(TemplateRule { key, line: start + 1, text: table[..length].join("\n") });
    }
    rules
}

fn key_of(line: &str) -> Option<&str> {
    let value = line.trim_start().strip_prefix("key")?.trim_start().strip_prefix('=')?.trim();
    value.strip_prefix('"')?.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::outline;

    #[test]
    fn each_key_has_its_table() {
        let text = "id = \"x\"\n\n[[fields]]\nkey = \"a.b\"\nlabel = [\"甲\"]\n\n# Rows.\n[indicators]\n\
                    key = \"rows\"\n\n[[indicators.columns]]\nkey = \"level1\"\nrole = \"level1\"\n";
        let rules = outline(text);
        let keys: Vec<(&str, usize)> = rules.iter().map(|r| (r.key.as_str(), r.line)).collect();
        assert_eq!(keys, [("a.b", 3), ("rows", 8), ("rows.level1", 11)]);
        assert_eq!(rules[0].text, "[[fields]]\nkey = \"a.b\"\nlabel = [\"甲\"]");
    }
}
