//! `yunque campaigns`: look, pause, resume, settle.
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

use super::values;
use crate::campaign::Aside;
use crate::sms::CampaignId;

/// What to do with a campaign.
#[derive(Debug, Subcommand)]
pub enum CampaignsVerb {
    /// All of them, newest first
    List,
    /// One of them, with the numbers that were refused
    Show {
        /// Its id, c141
        #[arg(value_parser = id)]
        id: CampaignId,
    },
    /// Pause it at the next batch
    Pause {
        /// Its id, c141
        #[arg(value_parser = id)]
        id: CampaignId,
    },
    /// Send what is pending
    Resume {
        /// Its id, c141
        #[arg(value_parser = id)]
        id: CampaignId,
        /// Send without being asked for the count
        #[arg(long)]
        yes: bool,
        /// What is set aside.
        #[command(flatten)]
        aside: AsideArgs,
    },
    /// Give it up: who is pending gets nothing
    Cancel {
        /// Its id, c141
        #[arg(value_parser = id)]
        id: CampaignId,
    },
    /// Send again to those whose refusal may be retried, and to nobody else
    Retry {
        /// Its id, c141
        #[arg(value_parser = id)]
        id: CampaignId,
        /// Send without being asked for the count
        #[arg(long)]
        yes: bool,
        /// What is set aside.
        #[command(flatten)]
        aside: AsideArgs,
    },
    /// Ask the vendor's records what became of the unknown
    Reconcile {
        /// Its id, c141
        #[arg(value_parser = id)]
        id: CampaignId,
        /// How long after the last try a missing record is proof [default: the profile's, 15m]
        #[arg(long, value_name = "DURATION", value_parser = values::duration)]
        settle: Option<Duration>,
        /// Wait until then, and ask again
        #[arg(long)]
        wait: bool,
    },
    /// Say by hand what became of a number; audited
    Settle {
        /// Its id, c141
        #[arg(value_parser = id)]
        id: CampaignId,
        /// The number
        #[arg(allow_hyphen_values = true)]
        number: String,
        /// What became of it: the vendor took it, or never had it (pending again)
        #[arg(hide_possible_values = true)]
        outcome: Settlement,
    },
    /// Give a scheduled one another time
    Reschedule {
        /// Its id, c141
        #[arg(value_parser = id)]
        id: CampaignId,
        /// When: 14:00, "2026-11-23 14:00", +2h, RFC 3339
        #[arg(allow_hyphen_values = true)]
        at: values::When,
    },
    /// Write everybody of it to a file, each with state, code and delivery: CSV, or XLSX by the ending
    Export {
        /// Its id, c141
        #[arg(value_parser = id)]
        id: CampaignId,
        /// The file
        file: PathBuf,
        /// The rows that were left out instead, each with its number in the source and its reason
        #[arg(long)]
        left_out: bool,
        /// Replace the file if it is there
        #[arg(short, long)]
        force: bool,
    },
    /// Let a campaign of a restored backup go on: who has the message by the records counts as accepted; audited
    Vouch {
        /// Its id, c141
        #[arg(value_parser = id)]
        id: CampaignId,
        /// Without the vendor's records, on your word alone; audited
        #[arg(long)]
        without_records: bool,
    },
    /// Make a draft of it, to send to other people
    Duplicate {
        /// Its id, c141
        #[arg(value_parser = id)]
        id: CampaignId,
    },
    /// Leave a note for colleagues
    Note {
        /// Its id, c141
        #[arg(value_parser = id)]
        id: CampaignId,
        /// The note
        #[arg(allow_hyphen_values = true)]
        text: String,
    },
    /// Leave it to `yunque watch`, which goes on with it
    HandOver {
        /// Its id, c141
        #[arg(value_parser = id)]
        id: CampaignId,
    },
    /// Ask a colleague who is sending it to hand it over
    TakeOver {
        /// Its id, c141
        #[arg(value_parser = id)]
        id: CampaignId,
        /// How long to wait for the answer; nothing is decided by waiting
        #[arg(long, value_name = "DURATION", value_parser = values::duration, default_value = "1m")]
        wait: Duration,
    },
}

/// What an operator sets aside for one run.
#[derive(Debug, Clone, Copy, Args)]
pub struct AsideArgs {
    /// Send marketing outside its hours; audited
    #[arg(long)]
    pub ignore_quiet_hours: bool,
    /// Go on without comparing what was sent with the vendor's records; audited
    #[arg(long)]
    pub without_records: bool,
}

impl From<AsideArgs> for Aside {
    fn from(args: AsideArgs) -> Self {
        Self { quiet_hours: args.ignore_quiet_hours, records: args.without_records }
    }
}

/// What an operator knows of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Settlement {
    /// The vendor took it.
    Accepted,
    /// The vendor never had it: pending again.
    Absent,
}

pub(super) fn id(text: &str) -> Result<CampaignId, String> {
    text.parse().map_err(|()| "the id of a campaign, such as c141".to_owned())
}
