//! The question before a send: on a terminal the number of recipients is typed, without one `--yes` stands for it.
use std::io::{self, IsTerminal};

use super::output::Output;
use crate::problem::{InputProblem, Problem};

/// Shows `page` and asks for `count` to be typed; `is_given` is `--yes`.
///
/// # Errors
/// [`InputProblem::NeedsYes`] without a terminal, [`InputProblem::NotConfirmed`] when something else was typed.
pub async fn ask(out: &Output, page: &str, count: u64, is_given: bool) -> Result<(), Problem> {
    if is_given {
        return Ok(());
    }
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return Err(InputProblem::NeedsYes { n: count }.into());
    }
    out.show(page);
    out.prompt(out.lang.cli_type_the_count());
    // Reading a terminal cannot be cancelled; after a signal the thread is left behind and ends with the process.
    let line = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        io::stdin().read_line(&mut line).map(|_| line).unwrap_or_default()
    });
    if is_count(&line.await.unwrap_or_default(), count) { Ok(()) } else { Err(InputProblem::NotConfirmed.into()) }
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
