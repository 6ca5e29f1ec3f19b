//! A folded text and a position in it.

use crate::normalize::fold::narrow;

/// A printed value folded for parsing: half width, no blanks but those between two Latin or
/// numeric characters. Positions lead back into the printed text.
#[derive(Clone, Debug)]
pub(super) struct Folded<'a> {
    printed: &'a str,
    pub chars: Vec<char>,
    /// Byte offset in `printed` of each character.
    at: Vec<usize>,
}

impl<'a> Folded<'a> {
    pub fn new(printed: &'a str) -> Self {
        let mut folded = Self { printed, chars: Vec::new(), at: Vec::new() };
        let mut blank = None;
        for (at, c) in printed.char_indices() {
            let c = narrow(c);
            if c == ' ' {
                blank = Some(at);
                continue;
            }
            let before = folded.chars.last().copied();
            if let (Some(b), Some(a)) = (blank, before)
                && a.is_ascii_alphanumeric()
                && c.is_ascii_alphanumeric()
            {
                folded.chars.push(' ');
                folded.at.push(b);
            }
            folded.chars.push(c);
            folded.at.push(at);
            blank = None;
        }
        // A full stop or a separator at the end belongs to no value.
        while folded.chars.last().is_some_and(|c| matches!(c, '。' | ';' | ',' | '、' | '.')) {
            folded.chars.pop();
            folded.at.pop();
        }
        folded
    }

    /// The printed text from character `from` up to, not including, character `to`.
    pub fn printed(&self, from: usize, to: usize) -> &'a str {
        let offset = |i: usize| self.at.get(i).copied().unwrap_or(self.printed.len());
        self.printed.get(offset(from)..offset(to)).unwrap_or("").trim()
    }

    pub fn cursor(&self, at: usize) -> Cursor<'_> {
        Cursor { chars: &self.chars, at }
    }

    pub fn text(&self) -> String {
        self.chars.iter().collect()
    }
}

/// A position in folded characters. `eat` methods move on only where they match.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    pub chars: &'a [char],
    pub at: usize,
}

impl<'a> Cursor<'a> {
    pub fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    pub fn before(&self) -> Option<char> {
        self.at.checked_sub(1).and_then(|i| self.chars.get(i)).copied()
    }

    pub fn rest(&self) -> &'a [char] {
        self.chars.get(self.at..).unwrap_or(&[])
    }

    pub fn is_done(&self) -> bool {
        self.at >= self.chars.len()
    }

    pub fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    pub fn looking_at(&self, token: &str) -> bool {
        let mut rest = self.rest().iter();
        token.chars().all(|c| rest.next() == Some(&c))
    }

    pub fn eat(&mut self, token: &str) -> bool {
        let found = self.looking_at(token);
        if found {
            self.at += token.chars().count();
        }
        found
    }

    /// Eats the longest of `tokens` that matches.
    pub fn eat_longest(&mut self, tokens: &[&'static str]) -> Option<&'static str> {
        let token = tokens
            .iter()
            .filter(|t| self.looking_at(t))
            .max_by_key(|t| t.chars().count())
            .copied()?;
        self.eat(token);
        Some(token)
    }

    pub fn eat_while(&mut self, accept: impl Fn(char) -> bool) -> String {
        let text: String = self.rest().iter().take_while(|c| accept(**c)).collect();
        self.at += text.chars().count();
        text
    }
}
