//! The steps of a command that takes minutes: at each, what is done, which one it is, and how much is left.

use crate::programs;

/// A part of the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// What is done, such as `Building the till`.
    pub(crate) words: &'static str,
    /// How long it takes on two cores where nothing was built before.
    pub(crate) seconds: u32,
}

/// The planned steps, and how many of them have begun.
#[derive(Debug)]
pub(crate) struct Progress {
    planned: Vec<Step>,
    begun: usize,
}

impl Progress {
    pub(crate) fn of(planned: Vec<Step>) -> Self {
        Self { planned, begun: 0 }
    }

    /// Announces the step. One that another process has done meanwhile is passed over.
    pub(crate) fn begin(&mut self, step: Step) {
        programs::step(&self.line(step));
    }

    fn line(&mut self, step: Step) -> String {
        let ahead = self.planned.iter().skip(self.begun).position(|planned| *planned == step);
        let Some(ahead) = ahead else { return step.words.to_owned() };
        self.begun += ahead + 1;
        let later: u32 = self.planned.iter().skip(self.begun).map(|step| step.seconds).sum();
        let then = if later == 0 { String::new() } else { format!(", then {} more", spoken(later)) };
        let (number, all) = (self.begun, self.planned.len());
        format!("[{number}/{all}] {} (about {}{then})…", step.words, spoken(step.seconds))
    }
}

/// Whole minutes, or tens of seconds below two of them.
fn spoken(seconds: u32) -> String {
    if seconds < 120 {
        format!("{} s", seconds.div_ceil(10) * 10)
    } else {
        format!("{} min", (seconds + 30) / 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TILL: Step = Step { words: "Building the till", seconds: 150 };
    const SERVERS: Step = Step { words: "Building the servers", seconds: 100 };
    const START: Step = Step { words: "Starting", seconds: 1 };

    #[test]
    fn each_step_says_its_number_and_what_is_left() {
        let mut progress = Progress::of(vec![TILL, SERVERS, START]);
        assert_eq!(progress.line(TILL), "[1/3] Building the till (about 3 min, then 110 s more)…");
        assert_eq!(progress.line(SERVERS), "[2/3] Building the servers (about 100 s, then 10 s more)…");
        assert_eq!(progress.line(START), "[3/3] Starting (about 10 s)…");
    }

    #[test]
    fn a_step_that_is_passed_over_counts_as_done() {
        let mut progress = Progress::of(vec![TILL, SERVERS, START]);
        assert_eq!(progress.line(START), "[3/3] Starting (about 10 s)…");
        assert_eq!(progress.line(TILL), "Building the till", "a step that was not planned has no number");
    }
}
