//! What chance does to a seed.

use proptest::prelude::*;

/// Signs on which parsers decide, and numbers at the edge of what fits.
const TELLING: [&[u8]; 24] = [
    b"\0",
    b"\r\n",
    b"\n",
    b"\"",
    b"{",
    b"[",
    b"}",
    b"]",
    b",",
    b":",
    b";",
    b"=",
    b"%00",
    b"..",
    b"/",
    b"\xff\xfe",
    b"\xe2\x80\xae",
    b"-1",
    b"9223372036854775807",
    b"18446744073709551616",
    b"1e999",
    b"null",
    b"\\u0000",
    b"\xf0\x9f\x91\xa9",
];
const LENGTH_MAX: usize = 64 * 1024;

/// One change; places are parts of the length, so that shrinking keeps their sense.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    Flip(u16, u8),
    Cut(u16, u16),
    Insert(u16, Vec<u8>),
    Telling(u16, usize),
    Repeat(u16, u8, u16),
    Splice(u16, usize),
}

#[derive(Clone, Debug)]
pub(crate) struct Recipe {
    seed: usize,
    changes: Vec<Change>,
}

pub(crate) fn recipe(seeds: usize) -> impl Strategy<Value = Recipe> {
    let change = prop_oneof![
        (any::<u16>(), any::<u8>()).prop_map(|(at, mask)| Change::Flip(at, mask)),
        (any::<u16>(), 0..64_u16).prop_map(|(at, length)| Change::Cut(at, length)),
        (any::<u16>(), proptest::collection::vec(any::<u8>(), 0..16))
            .prop_map(|(at, b)| Change::Insert(at, b)),
        (any::<u16>(), 0..TELLING.len()).prop_map(|(at, which)| Change::Telling(at, which)),
        (any::<u16>(), 1..32_u8, 1..1_000_u16).prop_map(|(at, size, times)| Change::Repeat(at, size, times)),
        (any::<u16>(), 0..seeds).prop_map(|(at, other)| Change::Splice(at, other)),
    ];
    (0..seeds, proptest::collection::vec(change, 0..12)).prop_map(|(seed, changes)| Recipe { seed, changes })
}

impl Recipe {
    pub(crate) fn cook(&self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = seeds[self.seed].clone();
        for change in &self.changes {
            change.make(&mut bytes, seeds);
            bytes.truncate(LENGTH_MAX);
        }
        bytes
    }
}

impl Change {
    fn make(&self, bytes: &mut Vec<u8>, seeds: &[Vec<u8>]) {
        let place = |at: u16| usize::from(at) * bytes.len() / usize::from(u16::MAX);
        let (at, more) = match self {
            Self::Flip(at, mask) => {
                let at = place(*at);
                bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= mask);
                return;
            }
            Self::Cut(at, length) => {
                let from = place(*at);
                let to = bytes.len().min(from + usize::from(*length));
                bytes.drain(from..to);
                return;
            }
            Self::Insert(at, more) => (place(*at), more.clone()),
            Self::Telling(at, which) => (place(*at), TELLING[*which].to_vec()),
            Self::Repeat(at, size, times) => {
                let from = place(*at);
                let to = bytes.len().min(from + usize::from(*size));
                (from, bytes[from..to].repeat(usize::from(*times)))
            }
            Self::Splice(at, other) => {
                let at = place(*at);
                bytes.truncate(at);
                let tail = &seeds[*other];
                (at, tail[tail.len().min(at)..].to_vec())
            }
        };
        bytes.splice(at..at, more);
    }
}
