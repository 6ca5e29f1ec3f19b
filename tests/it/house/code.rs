//! Just enough of Rust's grammar: comments, literals, modules, paths.

/// The text with comments and literals replaced by blanks; line breaks stay.
pub fn blank(text: &str) -> String {
    pieces(text)
        .map(|(kind, piece)| match kind {
            Kind::Code => piece.to_owned(),
            _ => piece.chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect(),
        })
        .collect()
}

/// String literals outside `mod tests`, with their lines.
pub fn literals(text: &str) -> Vec<(usize, String)> {
    let end = text.find("#[cfg(test)]\nmod ").unwrap_or(text.len());
    let mut line = 1;
    let mut found = Vec::new();
    for (kind, piece) in pieces(&text[..end]) {
        if kind == Kind::Text {
            let inner = piece.trim_start_matches(['r', 'b', '#']).trim_end_matches('#');
            found.push((line, inner.trim_matches('"').to_owned()));
        }
        line += piece.matches('\n').count();
    }
    found
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Code,
    Comment,
    /// A string literal with its quotes.
    Text,
}

/// Splits a source into code, comments and string literals.
fn pieces(text: &str) -> impl Iterator<Item = (Kind, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (kind, length) = first_piece(rest);
        let (piece, after) = rest.split_at(length);
        rest = after;
        Some((kind, piece))
    })
}

fn first_piece(text: &str) -> (Kind, usize) {
    if let Some(piece) = special(text) {
        return piece;
    }
    // Code up to the next thing that is special; a name is never cut, so that the r of `for"`
    // does not begin a raw literal.
    let begins = |(i, c): &(usize, char)| {
        let before = text[..*i].chars().next_back();
        let in_name = before.is_some_and(|b| b.is_alphanumeric() || b == '_');
        let may_begin = matches!(c, '/' | '"' | '\'') || !in_name && matches!(c, 'r' | 'b');
        may_begin && special(&text[*i..]).is_some()
    };
    let end = text.char_indices().skip(1).find(begins);
    (Kind::Code, end.map_or(text.len(), |(i, _)| i))
}

/// The comment or literal at the very beginning, with its length.
fn special(text: &str) -> Option<(Kind, usize)> {
    if text.starts_with("//") {
        return Some((Kind::Comment, text.find('\n').unwrap_or(text.len())));
    }
    if text.starts_with("/*") {
        return Some((Kind::Comment, block_comment(text)));
    }
    let unprefixed = text.strip_prefix('b').unwrap_or(text);
    let prefix = text.len() - unprefixed.len();
    if let Some(raw) = unprefixed.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        if raw[hashes..].starts_with('"') {
            let close = format!("\"{}", "#".repeat(hashes));
            let start = prefix + 1 + hashes + 1;
            let end = text[start..].find(&close).map_or(text.len(), |i| start + i + close.len());
            return Some((Kind::Text, end));
        }
        return None;
    }
    if unprefixed.starts_with('"') {
        return Some((Kind::Text, prefix + quoted(unprefixed, '"')));
    }
    if let Some(inner) = unprefixed.strip_prefix('\'') {
        // A lifetime has no closing quote behind its first character.
        let mut chars = inner.chars();
        let first = chars.next()?;
        let is_char = first == '\\' || chars.next() == Some('\'');
        return is_char.then(|| (Kind::Comment, prefix + quoted(unprefixed, '\'')));
    }
    None
}

fn block_comment(text: &str) -> usize {
    let mut depth = 0;
    let mut i = 0;
    while i < text.len() {
        if text[i..].starts_with("/*") {
            depth += 1;
            i += 2;
        } else if text[i..].starts_with("*/") {
            depth -= 1;
            i += 2;
            if depth == 0 {
                return i;
            }
        } else {
            i += text[i..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// Length of a quoted literal with both quotes.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (i, c) in text.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == quote {
            return i + 1;
        }
    }
    text.len()
}

/// Names of the modules declared in blanked code.
pub fn modules(code: &str) -> Vec<String> {
    let words: Vec<&str> = code.split_whitespace().collect();
    let declared = words.windows(2).filter(|w| w[0] == "mod");
    declared.map(|w| w[1].trim_end_matches([';', '{']).to_owned()).collect()
}

/// The top-level modules that blanked code names through `crate::`, `shenbao::` or enough
/// `super::`, with their lines. `depth` is the file's own, see [`super`].
pub fn paths(code: &str, depth: usize) -> Vec<(usize, String)> {
    let tokens = tokens(code);
    let mut found = Vec::new();
    // Depths of the braces that open inline modules.
    let mut inline: Vec<usize> = Vec::new();
    let mut braces = 0;
    let mut i = 0;
    while i < tokens.len() {
        let text = |j: usize| tokens.get(j).map_or("", |t: &(usize, &str)| t.1);
        match text(i) {
            "{" => {
                braces += 1;
                if i >= 2 && text(i - 2) == "mod" {
                    inline.push(braces);
                }
            }
            "}" => {
                if inline.last() == Some(&braces) {
                    inline.pop();
                }
                braces = braces.saturating_sub(1);
            }
            "crate" | "shenbao" if text(i + 1) == "::" => found.extend(targets(&tokens, i + 2)),
            "super" if text(i + 1) == "::" => {
                let mut supers = 0;
                while text(i) == "super" && text(i + 1) == "::" {
                    supers += 1;
                    i += 2;
                }
                if supers >= depth + inline.len() && supers > 0 {
                    found.extend(targets(&tokens, i));
                }
                // The token at i is looked at next.
                continue;
            }
            _ => {}
        }
        i += 1;
    }
    found
}

/// What stands behind a path to the crate: a name, or a group of them.
fn targets(tokens: &[(usize, &str)], at: usize) -> Vec<(usize, String)> {
    let Some(&(line, first)) = tokens.get(at) else { return Vec::new() };
    if first != "{" {
        return vec![(line, first.to_owned())];
    }
    let mut found = Vec::new();
    let mut depth = 0;
    let mut expects_name = false;
    for &(line, token) in &tokens[at..] {
        match token {
            "{" => {
                depth += 1;
                expects_name = depth == 1;
            }
            "}" => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
            "," => expects_name = depth == 1,
            name if expects_name => {
                found.push((line, name.to_owned()));
                expects_name = false;
            }
            _ => {}
        }
    }
    found
}

/// Names, `::`, and single other characters, with their lines.
fn tokens(code: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut line = 1;
    let mut rest = code;
    while let Some(c) = rest.chars().next() {
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        let length = if is_name(c) {
            rest.find(|c| !is_name(c)).unwrap_or(rest.len())
        } else if rest.starts_with("::") {
            2
        } else {
            c.len_utf8()
        };
        if c == '\n' {
            line += 1;
        }
        if !c.is_whitespace() {
            found.push((line, &rest[..length]));
        }
        rest = &rest[length..];
    }
    found
}
