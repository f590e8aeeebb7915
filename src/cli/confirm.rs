//! The question before a send: on a terminal the number of recipients is typed, without one `--yes` stands for it.
use std::io::{self, IsTerminal};

use super::interrupt::Stop;
use super::output::Output;
use crate::problem::{InputProblem, Problem};

/// What came of the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Go on.
    Yes,
    /// A signal came first: nothing is sent.
    Interrupted,
}

/// Shows `page` and asks for `count` to be typed; `is_given` is `--yes`.
///
/// # Errors
/// [`InputProblem::NeedsYes`] without a terminal, [`InputProblem::NotConfirmed`] when something else was typed.
pub async fn ask(out: &Output, page: &str, count: u64, is_given: bool, stop: &Stop) -> Result<Answer, Problem> {
    if is_given {
        return Ok(Answer::Yes);
    }
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return Err(InputProblem::NeedsYes { n: count }.into());
    }
    out.ask(page);
    out.prompt(out.lang.cli_type_the_count());
    // Reading a terminal cannot be cancelled; after a signal the thread is left behind and ends with the process.
    let line = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        io::stdin().read_line(&mut line).map(|_| line).unwrap_or_default()
    });
    tokio::select! {
        biased;
        _ = stop.asked() => Ok(Answer::Interrupted),
        line = line => if is_count(&line.unwrap_or_default(), count) {
            Ok(Answer::Yes)
        } else {
            Err(InputProblem::NotConfirmed.into())
        },
    }
}

/// Whether the count was typed, with or without its groups of three.
fn is_count(line: &str, count: u64) -> bool {
    let digits: String = line.trim().chars().filter(|c| !matches!(c, ',' | '，' | ' ')).collect();
    digits.parse() == Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_count_itself_opens_the_door() {
        assert!(is_count("12312\n", 12_312) && is_count(" 12,312 \n", 12_312));
        assert!(!is_count("y\n", 1) && !is_count("\n", 0) && !is_count("12311\n", 12_312));
    }
}
