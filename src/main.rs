//! The binary: everything is in the library. Here alone the two twins meet: the command line, which says what was meant,
//! and the shell, which runs the console.
use std::process::ExitCode;

use yunque::cli::{self, Next, Wish};
use yunque::shell::{self, Console};

fn main() -> ExitCode {
    match cli::run(std::env::args_os()) {
        Next::Ended(code) => code,
        Next::Console(wish) => {
            let Wish { config, overrides, environment, sandbox, listen, out } = *wish;
            let console = Console { config, overrides, environment, sandbox, listen };
            shell::console(console).unwrap_or_else(|problem| cli::refuse(out, problem))
        }
    }
}
