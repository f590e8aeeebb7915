//! `yunque clicks`: who clicked, by link or campaign.
use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};

use crate::sms::CampaignId;

/// The arguments of `clicks`.
#[derive(Debug, Args)]
#[command(
    group(ArgGroup::new("whose").required(true).multiple(false)),
    override_usage = "yunque clicks [OPTIONS] <SID|--campaign <ID>>\n       yunque clicks import [OPTIONS] --link <SID> <FILE>\n       yunque clicks forget [OPTIONS] --link <SID>",
    subcommand_negates_reqs = true
)]
pub struct ClicksArgs {
    /// The link's id, or the link itself
    #[arg(group = "whose")]
    pub sid: Option<String>,
    /// All links of a campaign
    #[arg(long, group = "whose", value_name = "ID", value_parser = super::campaigns::id)]
    pub campaign: Option<CampaignId>,
    /// Totals are enough: an answer without a list is no failure
    #[arg(long)]
    pub totals: bool,
    /// Write the numbers to a CSV file
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// Write the numbers to an XLSX file
    #[arg(long, value_name = "FILE")]
    pub xlsx: Option<PathBuf>,
    /// Replace files that are there already
    #[arg(short, long)]
    pub force: bool,
    /// `clicks import`.
    #[command(subcommand)]
    pub verb: Option<ClicksVerb>,
}

/// More about clicks.
#[derive(Debug, Subcommand)]
pub enum ClicksVerb {
    /// Read the sheet that Yunpian's web console gives (国内短信 → 统计 → 点击统计)
    Import {
        /// The sheet, CSV or XLSX
        file: PathBuf,
        /// The link it is about
        #[arg(long, value_name = "SID")]
        link: String,
        /// Replace what is known even where the sheet has fewer clicks
        #[arg(long)]
        yes: bool,
        /// The link was made elsewhere: take the sheet although this database does not know it
        #[arg(long)]
        made_elsewhere: bool,
    },
    /// Forget an imported sheet: the clicks are again what the API says
    Forget {
        /// The link it is about
        #[arg(long, value_name = "SID")]
        link: String,
    },
}
