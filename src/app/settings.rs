//! What the console knows from the start: resolved from config, command line and environment by whoever starts it.
use std::path::PathBuf;

use jiff::SignedDuration;
use jiff::tz::TimeZone;

use crate::sms::{Gate, Mobile, Money, Pacing, QuietHours};
use crate::words::Lang;

/// Colleagues on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// Their data directory.
    pub folder: PathBuf,
    /// How many they are; 0 when nobody knows.
    pub operators: u64,
}

/// What the console knows from the start and no call brings.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, in the words of the config")]
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The profile's name, shown on every screen; empty before the first run is over.
    pub profile: String,
    /// Who signs notes and the audit.
    pub operator: String,
    /// SANDBOX stands where LIVE stands: only once the server has said that it is one.
    pub is_sandbox: bool,
    /// The profile says that its server may be a sandbox, and it has not answered yet: neither word is known to be true.
    pub is_unmet: bool,
    /// The sandbox is inside this console: it ends with it, and its campaigns with it.
    pub is_trial: bool,
    /// Every mutating action is hidden and rejected.
    pub is_read_only: bool,
    /// Nothing is configured: the first-run screen comes first.
    pub is_first_run: bool,
    /// A team's data directory found on this machine, for the third choice of the first run.
    pub team: Option<Team>,
    /// The language to begin with.
    pub lang: Lang,
    /// The zone that times are shown in.
    pub zone: TimeZone,
    /// Characters of ambiguous width take two cells here.
    pub is_ambiguous_wide: bool,
    /// Hosts of short links, without scheme: `dx5.cn`, `yp2.cn`, the sandbox's own.
    pub link_hosts: Vec<String>,
    /// Chords of the operator's: the action's name and its chords, which replace the default ones.
    pub keys: Vec<(String, Vec<String>)>,
    /// How the command line is called for this account: `yunque --profile shop-cn`.
    pub command: String,
    /// Where the config file is, for the help.
    pub config_path: String,
    /// Seconds between looks at the clicks while they are on screen; 0 for never by itself.
    pub refresh_seconds: u32,
    /// Seconds between confirming and starting, in which Esc stops everything.
    pub hold_seconds: u32,
    /// How long after a campaign's last outcome the vendor's records are believed about who is unknown.
    pub settle: SignedDuration,
    /// Recipients from which the count has to be typed.
    pub typed_count_from: u64,
    /// Money above which the count has to be typed, for more than one recipient; `None` for no such limit.
    pub typed_count_above: Option<Money>,
    /// How many go first when there are more than `canary_above`; 0 for no such stage.
    pub canary: u32,
    /// Lists with more recipients than this have a canary.
    pub canary_above: u32,
    /// What lets the others go by itself; `None` for by hand.
    pub gate: Option<Gate>,
    /// How fast a campaign goes; its canary is decided campaign by campaign.
    pub pacing: Pacing,
    /// What one segment costs.
    pub price: Money,
    /// When marketing may go out.
    pub quiet_hours: Option<QuietHours>,
    /// The operator's own number, for tests.
    pub test_number: Option<Mobile>,
    /// Numbers are masked until revealed.
    pub is_masked: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            profile: String::new(),
            operator: String::new(),
            is_sandbox: false,
            is_unmet: false,
            is_trial: false,
            is_read_only: false,
            is_first_run: false,
            team: None,
            lang: Lang::En,
            zone: TimeZone::UTC,
            is_ambiguous_wide: false,
            link_hosts: vec!["dx5.cn".to_owned(), "yp2.cn".to_owned()],
            keys: Vec::new(),
            command: "yunque".to_owned(),
            config_path: String::new(),
            refresh_seconds: 60,
            hold_seconds: 10,
            settle: SignedDuration::from_mins(15),
            typed_count_from: 2,
            typed_count_above: None,
            canary: 20,
            canary_above: 1000,
            gate: None,
            pacing: Pacing::default(),
            price: Money::from_units(500),
            quiet_hours: None,
            test_number: None,
            is_masked: true,
        }
    }
}
