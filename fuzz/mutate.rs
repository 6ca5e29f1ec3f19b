//! Random changes to bytes.

/// A stream of numbers that follows from its state alone (SplitMix64; Steele, Lea and Flood 2014).
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below `n`; 0 where `n` is.
    pub fn below(&mut self, n: usize) -> usize {
        if n == 0 { 0 } else { (self.next() % n as u64) as usize }
    }

    pub fn choose<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// What parsers stumble over.
const TOKENS: [&[u8]; 24] = [
    b"0",
    b"-1",
    b"1e38",
    b"99999999999",
    b"nan",
    b"<<",
    b">>",
    b"[",
    b"]",
    b"(",
    b")",
    b"/",
    b" 0 R",
    b"endstream",
    b"endobj",
    b"\t",
    b"\n",
    b"\"",
    b"=",
    b"\xef\xbb\xbf",
    "≥".as_bytes(),
    "（".as_bytes(),
    "年".as_bytes(),
    "\u{202e}".as_bytes(),
];

/// Changes an input in a few places.
pub fn change(input: &mut Vec<u8>, seeds: &[Vec<u8>], random: &mut Random) {
    for _ in 0..=random.below(8) {
        let at = random.below(input.len() + 1);
        match random.below(8) {
            0 if at < input.len() => input[at] ^= 1 << random.below(8),
            1 if at < input.len() => input[at] = random.next() as u8,
            2 => {
                let end = (at + random.below(64)).min(input.len());
                input.drain(at..end);
            }
            3 => {
                let end = (at + random.below(64)).min(input.len());
                let copy = input[at..end].to_vec();
                let to = random.below(input.len() + 1);
                input.splice(to..to, copy);
            }
            4 => {
                let token = *random.choose(&TOKENS);
                input.splice(at..at, token.iter().copied());
            }
            5 => {
                let other = random.choose(seeds);
                let from = random.below(other.len());
                let end = (from + random.below(256)).min(other.len());
                input.splice(at..at, other[from..end].iter().copied());
            }
            6 if random.below(8) == 0 => input.truncate(at),
            _ if at < input.len() => input[at] = input[at].wrapping_add(1),
            _ => {}
        }
    }
}
