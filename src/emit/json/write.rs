//! The tokens of JSON, appended to a byte buffer.
//!
//! Values are written where they stand, without a tree in between: a form has some 150 evidence
//! entries, and building and dropping maps for them would cost more than reading the page.

use crate::emit::digits;
use crate::model::geometry::Rect;
use crate::model::target::{Operator, Subkind, Target, TargetDate, TargetKind};
use crate::model::value::Value;
use rust_decimal::Decimal;
use std::io::Write;

const HEX: &[u8; 16] = b"0123456789abcdef";

/// A quoted string, with the escapes that RFC 8259 demands and no others.
pub fn string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut copied = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        let escape = match byte {
            b'"' => b'"',
            b'\\' => b'\\',
            b'\n' => b'n',
            b'\t' => b't',
            b'\r' => b'r',
            0x00..=0x1f => b'u',
            _ => continue,
        };
        out.extend_from_slice(bytes.get(copied..at).unwrap_or_default());
        copied = at + 1;
        out.extend_from_slice(&[b'\\', escape]);
        if escape == b'u' {
            let (high, low) = (HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]);
            out.extend_from_slice(&[b'0', b'0', high, low]);
        }
    }
    out.extend_from_slice(bytes.get(copied..).unwrap_or_default());
    out.push(b'"');
}

/// `"key": ` as it stands before a value.
pub fn key(out: &mut Vec<u8>, name: &str) {
    string(out, name);
    out.extend_from_slice(b": ");
}

/// A string or `null`.
pub fn text_or_null(out: &mut Vec<u8>, text: Option<&str>) {
    match text {
        Some(text) => string(out, text),
        None => out.extend_from_slice(b"null"),
    }
}

/// Anything whose `Display` is already JSON: integers, decimals with their scale.
pub fn plain(out: &mut Vec<u8>, value: impl std::fmt::Display) {
    // Writing to a Vec cannot fail.
    let _ = write!(out, "{value}");
}

/// The exact number with the scale as printed, or `null`.
pub fn decimal_or_null(out: &mut Vec<u8>, value: Option<Decimal>) {
    match value {
        Some(value) => plain(out, value),
        None => out.extend_from_slice(b"null"),
    }
}

/// A whole number or `null`.
pub fn integer_or_null(out: &mut Vec<u8>, value: Option<u32>) {
    match value {
        Some(value) => plain(out, value),
        None => out.extend_from_slice(b"null"),
    }
}

/// `[x0, y0, x1, y1]` in points, two decimals at most; `null` for no box or one without a place.
pub fn rect_or_null(out: &mut Vec<u8>, rect: Option<Rect>) {
    let corners = rect.map(|r| [r.x0, r.y0, r.x1, r.y1]);
    let Some(corners) = corners.filter(|c| c.iter().all(|v| v.is_finite())) else {
        out.extend_from_slice(b"null");
        return;
    };
    out.push(b'[');
    for (i, corner) in corners.into_iter().enumerate() {
        if i > 0 {
            out.extend_from_slice(b", ");
        }
        hundredths(out, corner);
    }
    out.push(b']');
}

/// A coordinate with at most two decimals and no trailing zeros.
fn hundredths(out: &mut Vec<u8>, value: f32) {
    // Saturates for values no page has.
    let scaled = (f64::from(value) * 100.0).round() as i64;
    if scaled < 0 {
        out.push(b'-');
    }
    let scaled = scaled.unsigned_abs();
    digits::push(out, scaled / 100);
    let rest = (scaled % 100) as u8;
    if rest > 0 {
        out.extend_from_slice(&[b'.', b'0' + rest / 10]);
        if !rest.is_multiple_of(10) {
            out.push(b'0' + rest % 10);
        }
    }
}

/// A confidence from 0 to 1 with at most four decimals; one that is no number counts as 0.
pub fn confidence(out: &mut Vec<u8>, value: f32) {
    if value == 1.0 {
        out.extend_from_slice(b"1.0");
        return;
    }
    let value = if value.is_finite() { f64::from(value).clamp(0.0, 1.0) } else { 0.0 };
    plain(out, format_args!("{:?}", (value * 1e4).round() / 1e4));
}

/// Any value on one line.
pub fn value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Text(text) => string(out, text),
        Value::Integer(n) => plain(out, n),
        Value::Number(n) => plain(out, n),
        Value::Date(day) => {
            out.push(b'"');
            plain(out, day);
            out.push(b'"');
        }
        Value::Target(t) => target(out, t),
        Value::Record(members) => {
            out.push(b'{');
            for (i, (name, member)) in members.iter().enumerate() {
                if i > 0 {
                    out.extend_from_slice(b", ");
                }
                key(out, name);
                self::value(out, member);
            }
            out.push(b'}');
        }
        Value::List(items) => list(out, items, self::value),
    }
}

fn list<T>(out: &mut Vec<u8>, items: &[T], write: impl Fn(&mut Vec<u8>, &T)) {
    out.push(b'[');
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.extend_from_slice(b", ");
        }
        write(out, item);
    }
    out.push(b']');
}

fn target(out: &mut Vec<u8>, t: &Target) {
    out.extend_from_slice(b"{\"text\": ");
    string(out, &t.text);
    out.extend_from_slice(b", \"kind\": ");
    text_or_null(out, t.kind.map(TargetKind::name));
    out.extend_from_slice(b", \"operator\": ");
    text_or_null(out, t.operator.map(Operator::symbol));
    out.extend_from_slice(b", \"value\": ");
    decimal_or_null(out, t.value);
    out.extend_from_slice(b", \"value_max\": ");
    decimal_or_null(out, t.value_max);
    out.extend_from_slice(b", \"unit\": ");
    text_or_null(out, t.unit.as_deref());
    out.extend_from_slice(b", \"deadline\": ");
    day_or_null(out, t.deadline);
    out.extend_from_slice(b", \"deadline_start\": ");
    day_or_null(out, t.deadline_start);
    out.extend_from_slice(b", \"reference\": ");
    text_or_null(out, t.reference.as_deref());
    out.extend_from_slice(b", \"subkind\": ");
    text_or_null(out, t.subkind.map(Subkind::name));
    out.extend_from_slice(b", \"operator_explicit\": ");
    match t.operator_explicit {
        Some(explicit) => plain(out, explicit),
        None => out.extend_from_slice(b"null"),
    }
    out.extend_from_slice(b", \"base_value\": ");
    decimal_or_null(out, t.base_value);
    out.extend_from_slice(b", \"base_unit\": ");
    text_or_null(out, t.base_unit.as_deref());
    out.extend_from_slice(b", \"qualitative\": ");
    text_or_null(out, t.qualitative.as_deref());
    out.extend_from_slice(b", \"parts\": ");
    if t.parts.is_empty() {
        out.extend_from_slice(b"null");
    } else {
        list(out, &t.parts, target);
    }
    out.push(b'}');
}

fn day_or_null(out: &mut Vec<u8>, day: Option<TargetDate>) {
    match day {
        Some(day) => {
            out.push(b'"');
            plain(out, day);
            out.push(b'"');
        }
        None => out.extend_from_slice(b"null"),
    }
}
