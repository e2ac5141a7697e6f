//! Walks a chain and names what does not fit.

use super::{Head, Line};

/// What is wrong with a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Lines are gone. The line behind them follows something that nobody has any more, so that it cannot be checked.
    #[error("lines {first} to {last} are missing")]
    Missing {
        /// The first of them.
        first: i64,
        /// The last of them.
        last: i64,
    },
    /// The line does not follow from the one before.
    #[error("line {0} does not follow from line {before}: it was changed, inserted or moved", before = .0 - 1)]
    Broken(i64),
    /// The chain ends elsewhere than where it was written last.
    #[error("the chain ends with line {found}, but line {noted} was written last")]
    End {
        /// The last line that is there.
        found: i64,
        /// What was noted beside it.
        noted: i64,
    },
    /// A head that was noted elsewhere is not in the chain.
    #[error("line {0} is not the line that was noted: the chain was written anew, or cut")]
    NotNoted(i64),
}

/// A walk along a chain, from one line to the next.
#[derive(Clone, Debug)]
pub struct Check {
    last: Head,
    noted: Option<Head>,
    lines: u64,
    faults: Vec<Fault>,
}

/// More faults than these tell nothing new.
const FAULTS_MAX: usize = 100;

impl Check {
    /// Begins behind a line that is taken as it is, and looks for a head that was noted elsewhere.
    pub fn behind(before: Head, noted: Option<Head>) -> Self {
        Self { last: before, noted, lines: 0, faults: Vec::new() }
    }

    /// Takes the next line as it is stored.
    pub fn take(&mut self, stored: Head, line: &Line) {
        let expected = self.last.seq.saturating_add(1);
        if expected < stored.seq {
            self.note(Fault::Missing { first: expected, last: stored.seq - 1 });
        } else if line.after(&self.last) != stored {
            self.note(Fault::Broken(stored.seq));
        }
        if self.noted.is_some_and(|noted| noted.seq == stored.seq && noted.hash == stored.hash) {
            self.noted = None;
        }
        self.last = stored;
        self.lines += 1;
    }

    /// The walk is over: where it ended, how many lines it took, and what does not fit with what was written last.
    pub fn end(mut self, written: Head) -> Checked {
        if self.last != written {
            self.note(Fault::End { found: self.last.seq, noted: written.seq });
        }
        if let Some(noted) = self.noted {
            self.note(Fault::NotNoted(noted.seq));
        }
        Checked { head: self.last, lines: self.lines, faults: self.faults }
    }

    fn note(&mut self, fault: Fault) {
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(fault);
        }
    }
}

/// A chain that was walked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The last line.
    pub head: Head,
    /// How many were checked.
    pub lines: u64,
    /// What does not fit; nothing where the chain is whole.
    pub faults: Vec<Fault>,
}

#[cfg(test)]
mod tests {
    use super::super::START;
    use super::*;

    fn line(detail: usize) -> Line {
        Line { cause: "created".into(), detail: detail.to_string(), ..Line::default() }
    }

    fn chain() -> Vec<(Head, Line)> {
        let mut last = START;
        let lines = (0..5).map(|number| {
            let line = line(number);
            last = line.after(&last);
            (last, line)
        });
        lines.collect()
    }

    /// What is found in these lines, when the chain of five was written.
    fn faults(lines: &[(Head, Line)], noted: Option<Head>) -> Vec<Fault> {
        let mut check = Check::behind(START, noted);
        for (head, line) in lines {
            check.take(*head, line);
        }
        check.end(chain()[4].0).faults
    }

    #[test]
    fn a_whole_chain_has_no_faults_and_holds_what_was_noted() {
        let chain = chain();
        assert_eq!(faults(&chain, Some(chain[2].0)), []);
        let anew = Head { hash: [7; 32], ..chain[2].0 };
        assert_eq!(faults(&chain, Some(anew)), [Fault::NotNoted(3)]);
    }

    #[test]
    fn a_changed_line_is_named() {
        let mut chain = chain();
        chain[2].1.person = Some("Mali".into());
        assert_eq!(faults(&chain, None), [Fault::Broken(3)]);
    }

    #[test]
    fn removed_lines_are_named_and_at_the_end_too() {
        let mut middle = chain();
        middle.drain(1..3);
        assert_eq!(faults(&middle, None), [Fault::Missing { first: 2, last: 3 }]);
        assert_eq!(faults(&chain()[..3], None), [Fault::End { found: 3, noted: 5 }]);
    }

    #[test]
    fn moved_and_inserted_lines_are_named() {
        let mut moved = chain();
        let swapped = moved[1].1.clone();
        moved[1].1 = std::mem::replace(&mut moved[2].1, swapped);
        assert_eq!(faults(&moved, None), [Fault::Broken(2), Fault::Broken(3)]);
        let mut inserted = chain();
        let (head, line) = inserted[4].clone();
        inserted[4] = (Head { seq: 5, hash: [1; 32] }, line.clone());
        inserted.push((Head { seq: 6, ..head }, line));
        let found = faults(&inserted, None);
        assert!(found.contains(&Fault::Broken(5)) && found.contains(&Fault::Broken(6)), "{found:?}");
    }

    #[test]
    fn fields_that_run_together_are_other_lines() {
        let of = |store: Option<&str>, terminal: Option<&str>| {
            let (store, terminal) = (store.map(Into::into), terminal.map(Into::into));
            Line { store, terminal, ..Line::default() }.after(&START)
        };
        assert_ne!(of(Some("ab"), Some("c")), of(Some("a"), Some("bc")));
        assert_ne!(of(Some("a"), None), of(None, Some("a")));
    }

    #[test]
    fn a_head_is_read_as_it_is_shown() {
        let head = chain()[3].0;
        assert_eq!(head.to_string().parse(), Ok(head));
        for text in ["", "3", "3:", "3:zz", "x:00", &format!("3:{}", "é".repeat(32))] {
            assert!(text.parse::<Head>().is_err(), "{text}");
        }
    }
}
