//! The low arguments: exactly what was typed, checked as far as typing goes, nothing opened and nothing asked.
//!
//! ```text
//! argv ─clap→ Cli { common, sandbox, verb } ─session::resolve→ config, language, zone, output
//! ```
//! The doc comments here are the English help; their Chinese stands in `assets/locales/command-line.toml`.
//! Common flags are `global`, so they stand before or after the verb. There is no argument for an API key, on purpose:
//! a command line is seen by every process of the machine.
mod campaigns;
mod clicks;
mod sandbox;
mod send;
mod suppression;
mod values;

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand};

pub use campaigns::{CampaignsVerb, Settlement};
pub use clicks::{ClicksArgs, ClicksVerb};
pub use sandbox::SandboxArgs;
pub use send::{HeaderArg, LeaveOutArg, SendArgs};
pub use suppression::SuppressionVerb;
pub use values::{Rate, When};

use crate::config::{ColorChoice, Overrides};
use crate::words::Lang;

const VERSION: &str =
    concat!(env!("CARGO_PKG_VERSION"), " (commit ", env!("YUNQUE_COMMIT"), ", target ", env!("YUNQUE_TARGET"), ")");

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "yunque",
    version = VERSION,
    about = "云雀 yunque: make a short link, send it by SMS, see who clicked (Yunpian V2)",
    disable_help_subcommand = true
)]
pub struct Cli {
    /// Open the console on an embedded sandbox: no account, no network, no config
    #[arg(long)]
    pub sandbox: bool,
    /// Flags that every verb takes.
    #[command(flatten)]
    pub common: Common,
    /// The sandbox's own flags, for `yunque --sandbox`.
    #[command(flatten)]
    pub sandbox_args: SandboxArgs,
    /// What to do; the console without one.
    #[command(subcommand)]
    pub verb: Option<Verb>,
}

/// Flags that every verb takes, before or after it.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Common")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct Common {
    /// The config file
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The profile of the config to work with
    #[arg(long, global = true, value_name = "NAME")]
    pub profile: Option<String>,
    /// Where the API is
    #[arg(long, global = true, value_name = "URL")]
    pub base_url: Option<String>,
    /// Where the database is kept
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// The language of everything that is printed
    #[arg(long, global = true, value_name = "LANG", value_parser = language)]
    pub lang: Option<Lang>,
    /// Print one JSON document on stdout, and nothing else there
    #[arg(long, global = true)]
    pub json: bool,
    /// Mask phone numbers in what is printed
    #[arg(long, global = true)]
    pub mask: bool,
    /// When to colour: auto, always, never
    #[arg(long, global = true, value_name = "WHEN", value_parser = color)]
    pub color: Option<ColorChoice>,
    /// No character beyond ASCII in what we draw
    #[arg(long, global = true)]
    pub ascii: bool,
    /// Words in place of what moves
    #[arg(long, global = true)]
    pub reduce_motion: bool,
    /// Refuse everything that changes or sends something
    #[arg(long, global = true)]
    pub read_only: bool,
    /// No messages but errors
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// More in the log file; twice for everything
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Make a short link
    Shorten {
        /// The long address, http:// or https://
        url: String,
        /// An alias, for colleagues
        #[arg(long)]
        name: Option<String>,
        /// A label of our own; may be given again
        #[arg(long = "tag", value_name = "T")]
        tags: Vec<String>,
    },
    /// The links this database knows
    Links {
        /// What about them.
        #[command(subcommand)]
        verb: Option<LinksVerb>,
    },
    /// Send an SMS to one number or to many
    Send(Box<SendArgs>),
    /// Campaigns: look, pause, resume, settle
    Campaigns {
        /// What about them.
        #[command(subcommand)]
        verb: Option<CampaignsVerb>,
    },
    /// Every message to a number: campaign, by whom, outcome, delivery, clicks
    Find {
        /// The number
        #[arg(allow_hyphen_values = true)]
        number: String,
    },
    /// The suppression list: look, add, remove, import, export
    Suppression {
        /// What about it.
        #[command(subcommand)]
        verb: Option<SuppressionVerb>,
    },
    /// One page on today: running, due, unknown, balance, windows that close
    Today,
    /// The total clicks of a link
    Stat {
        /// The link's id, or the link itself
        sid: String,
        /// From when (its making, or 30 days ago): 2026-11-23, "2026-11-23 14:00", 14:00, -24h, RFC 3339
        #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
        from: Option<When>,
        /// Until when (now)
        #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
        to: Option<When>,
    },
    /// Who clicked, by number
    Clicks(ClicksArgs),
    /// Collect clicks and deliveries, run due and handed-over campaigns, until stopped
    Watch,
    /// What is left on the account
    Balance,
    /// Check terminal, locale, paths, database, API
    Doctor {
        /// Check the journal's invariants too
        #[arg(long)]
        journal: bool,
    },
    /// The audit
    #[command(arg_required_else_help = false)]
    Audit {
        /// What about it.
        #[command(subcommand)]
        verb: AuditVerb,
    },
    /// The configuration
    #[command(arg_required_else_help = false)]
    Config {
        /// What about it.
        #[command(subcommand)]
        verb: ConfigVerb,
    },
    /// Print a completion script
    Completions {
        /// For which shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
    /// Run a Yunpian on loopback, until stopped
    Sandbox(SandboxArgs),
}

/// About the links.
#[derive(Debug, Subcommand)]
pub enum LinksVerb {
    /// All of them, newest first
    List,
    /// One of them
    Show {
        /// The link's id, or the link itself
        sid: String,
    },
}

/// About the audit.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum AuditVerb {
    /// Who did what, when, to how many, for how much: the newest first
    List {
        /// So many lines
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = values::whole(1, u32::MAX, "a whole number from 1"))]
        last: u32,
    },
    /// Check the chain of hashes
    Verify,
}

/// About the configuration.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum ConfigVerb {
    /// Where it is, or would be
    Path,
    /// Whether it is in order
    Check,
    /// What it comes to, without secrets
    Show,
}

pub(super) fn language(text: &str) -> Result<Lang, String> {
    match text.to_ascii_lowercase().as_str() {
        "en" => Ok(Lang::En),
        "zh-cn" | "zh_cn" | "zh" => Ok(Lang::ZhCn),
        _ => Err("en or zh-CN".to_owned()),
    }
}

fn color(text: &str) -> Result<ColorChoice, String> {
    match text {
        "auto" => Ok(ColorChoice::Auto),
        "always" => Ok(ColorChoice::Always),
        "never" => Ok(ColorChoice::Never),
        _ => Err("auto, always or never".to_owned()),
    }
}

impl Common {
    /// What these flags say to the config.
    #[must_use]
    pub fn overrides(&self) -> Overrides {
        Overrides {
            config: self.config.clone(),
            profile: self.profile.clone(),
            base_url: self.base_url.clone(),
            data_dir: self.data_dir.clone(),
            lang: self.lang,
            color: self.color,
            mask: self.mask,
            ascii: self.ascii,
            reduce_motion: self.reduce_motion,
            read_only: self.read_only,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;

    #[test]
    fn the_definition_of_the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn common_flags_stand_before_or_after_the_verb() {
        for line in [
            "yunque --json --lang zh-CN --profile p links show X",
            "yunque links --json --lang zh-CN --profile p show X",
            "yunque links show X --json --lang zh-CN --profile p",
        ] {
            let cli = Cli::try_parse_from(line.split(' ')).unwrap();
            assert!(cli.common.json, "{line}");
            assert_eq!(cli.common.lang, Some(Lang::ZhCn), "{line}");
            assert_eq!(cli.common.profile.as_deref(), Some("p"), "{line}");
        }
    }

    #[test]
    fn no_argument_takes_an_api_key() {
        fn walk(command: &clap::Command) {
            for arg in command.get_arguments() {
                let id = arg.get_id().as_str();
                assert!(!id.contains("api_key"), "{id}");
                assert!(!id.contains("key") || command.get_name() != "send", "{id}");
            }
            command.get_subcommands().for_each(walk);
        }
        walk(&Cli::command());
        assert!(Cli::try_parse_from(["yunque", "--api-key", "0".repeat(32).as_str(), "balance"]).is_err());
    }
}
