//! Decimal digits without the cost of the formatting machinery: a page has a thousand numbers.

/// Appends a number's decimal digits.
pub fn push(out: &mut Vec<u8>, mut value: u64) {
    // 20 digits hold the largest value.
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (value % 10) as u8;
        value /= 10;
        if value == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

#[cfg(test)]
mod tests {
    #[test]
    fn writes_what_display_writes() {
        for value in [0, 7, 10, 1_048_576, u64::MAX] {
            let mut out = Vec::new();
            super::push(&mut out, value);
            assert_eq!(String::from_utf8(out).unwrap(), value.to_string());
        }
    }
}
