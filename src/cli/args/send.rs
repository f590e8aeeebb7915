//! `yunque send`: to whom, what, how fast, when.
use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum};

use super::{Rate, When, values};
use crate::sms::{CheckName, Gate, Kind};

/// The arguments of `send`.
#[derive(Debug, Args)]
#[command(
    group(ArgGroup::new("whom").required(true).multiple(false)),
    group(ArgGroup::new("what").required(true).multiple(false)),
    override_usage = "yunque send [OPTIONS] <--to <N[,N…]>|--recipients <FILE|->>\n           <--text <TEXT>|--text-file <FILE|->>"
)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct SendArgs {
    /// Numbers, between commas; may be given again
    #[arg(long, group = "whom", value_name = "N[,N…]", allow_hyphen_values = true)]
    pub to: Vec<String>,
    /// A file of numbers (CSV, TSV, text, XLSX); - for stdin
    #[arg(long, group = "whom", value_name = "FILE|-", allow_hyphen_values = true)]
    pub recipients: Option<PathBuf>,
    /// The column of the file that holds the numbers, by its name
    #[arg(long, value_name = "NAME", requires = "recipients", allow_hyphen_values = true)]
    pub column: Option<String>,
    /// The encoding of the file, where looking is wrong: utf-8, gb18030, utf-16le, …
    #[arg(long, value_name = "LABEL", requires = "recipients")]
    pub encoding: Option<String>,
    /// What stands between the fields of the file, where looking is wrong
    #[arg(long, value_name = "CHARACTER", requires = "recipients", value_parser = |text: &str| text.parse::<char>().map_err(|_| "one character, such as ;"))]
    pub delimiter: Option<char>,
    /// Whether the first row of the file names the columns: yes or no
    #[arg(long, hide_possible_values = true, requires = "recipients")]
    pub header: Option<HeaderArg>,
    /// The text, 【signature】 first; {column} stands for a column of the file
    #[arg(long, group = "what", allow_hyphen_values = true)]
    pub text: Option<String>,
    /// A file that holds the text; - for stdin
    #[arg(long, group = "what", value_name = "FILE|-", allow_hyphen_values = true)]
    pub text_file: Option<PathBuf>,
    /// Give every recipient a link of their own, so that clicks are known by number
    #[arg(long)]
    pub mobile_stat: bool,
    /// A name, for colleagues
    #[arg(long, allow_hyphen_values = true)]
    pub name: Option<String>,
    /// Marketing keeps quiet hours (the default for more than one recipient); a notification does not (the default for one)
    #[arg(long, hide_possible_values = true)]
    pub kind: Option<KindArg>,
    /// Check and show everything; send nothing, create nothing. Asks Yunpian for balance, signatures, templates and blocked words
    #[arg(long)]
    pub dry_run: bool,
    /// A test to oneself: marked, and kept out of the figures
    #[arg(long)]
    pub test: bool,
    /// Send without being asked for the count
    #[arg(long)]
    pub yes: bool,
    /// Recipients a call
    #[arg(long, value_name = "N", value_parser = values::whole(1_u32, 1000, "a whole number from 1 to 1000"))]
    pub batch_size: Option<u32>,
    /// Calls at the same time
    #[arg(long, value_name = "N", value_parser = values::whole(1_u32, 64, "a whole number from 1 to 64"))]
    pub in_flight: Option<u32>,
    /// Recipients a second
    #[arg(long, value_name = "N/s")]
    pub rate: Option<Rate>,
    /// Send to the first N, then pause
    #[arg(long, value_name = "N", value_parser = |text: &str| text.parse::<NonZeroU32>().map_err(|_| "a whole number from 1"))]
    pub canary: Option<NonZeroU32>,
    /// Go on by itself once so many of them are delivered [default time: 10m]
    #[arg(long, value_name = "%[/TIME]", requires = "canary", value_parser = gate)]
    pub canary_go: Option<Gate>,
    /// Leave it to `yunque watch` when this terminal drops or quiet hours begin
    #[arg(long)]
    pub hand_over: bool,
    /// Not before: 14:00, "2026-11-23 14:00", +2h, RFC 3339; `yunque watch` sends it then
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub at: Option<When>,
    /// Leave out whom a check is about, whatever it finds; may be given again
    #[arg(long, value_name = "CHECK", hide_possible_values = true)]
    pub leave_out: Vec<LeaveOutArg>,
    /// Send marketing outside its hours; audited
    #[arg(long)]
    pub ignore_quiet_hours: bool,
}

fn gate(text: &str) -> Result<Gate, String> {
    text.parse().map_err(|()| "a share and a time of at most a day, such as 95% or 95%/10m".to_owned())
}

/// Whom a check is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LeaveOutArg {
    /// Who had a message of ours in the last days.
    Recent,
    /// Who had this very text in the last day.
    Repeat,
    /// Who lacks a value for a variable.
    Variables,
}

impl From<LeaveOutArg> for CheckName {
    fn from(check: LeaveOutArg) -> Self {
        match check {
            LeaveOutArg::Recent => Self::Recent,
            LeaveOutArg::Repeat => Self::Repeat,
            LeaveOutArg::Variables => Self::Variables,
        }
    }
}

/// Whether the first row names the columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum HeaderArg {
    /// It does.
    Yes,
    /// It is a recipient like the others.
    No,
}

/// Whether the recipients asked for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum KindArg {
    /// Advertising.
    Marketing,
    /// A notification.
    Notification,
}

impl From<KindArg> for Kind {
    fn from(kind: KindArg) -> Self {
        match kind {
            KindArg::Marketing => Self::Marketing,
            KindArg::Notification => Self::Notification,
        }
    }
}
