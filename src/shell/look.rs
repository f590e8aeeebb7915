//! What the console knows and how it looks, out of config and environment.
use ratatui::style::Color;

use crate::app::{Settings, Theme};
use crate::config::{ColorChoice, Config, Environment, Overrides, Tint};
use crate::sms::Pacing;

/// What stands behind the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nothing is configured yet.
    FirstRun,
    /// A sandbox inside this process.
    Trial,
    /// An account; whether its server is a sandbox, its answers tell.
    Account,
}

/// What the core knows from the start.
pub(super) fn settings(config: &Config, overrides: &Overrides, standing: Standing) -> Settings {
    let (profile, look) = (&config.profile, &config.look);
    let is_first_run = standing == Standing::FirstRun;
    Settings {
        profile: if is_first_run { String::new() } else { profile.name.clone() },
        operator: config.operator.clone(),
        is_sandbox: standing == Standing::Trial,
        is_unmet: standing == Standing::Account && profile.is_sandbox,
        is_trial: standing == Standing::Trial,
        is_read_only: profile.is_read_only,
        is_first_run,
        lang: look.lang,
        zone: look.time_zone.clone(),
        is_ambiguous_wide: look.ambiguous_width == 2,
        link_hosts: profile.link_hosts.clone(),
        keys: config.keys.iter().map(|binding| (binding.action.clone(), binding.chords.clone())).collect(),
        command: command(config, overrides),
        config_path: config.path.as_ref().map(|path| path.display().to_string()).unwrap_or_default(),
        refresh_seconds: u32::try_from(look.refresh.as_secs()).unwrap_or(u32::MAX),
        typed_count_from: config.typed_count_above.recipients.map_or(2, |above| above.saturating_add(1)),
        settle: jiff::SignedDuration::try_from(profile.settle).unwrap_or(jiff::SignedDuration::MAX),
        hold_seconds: u32::try_from(config.hold.as_secs()).unwrap_or(u32::MAX),
        typed_count_above: config.typed_count_above.money,
        canary: config.canary.number,
        canary_above: config.canary.above,
        gate: config.canary.gate,
        pacing: Pacing {
            batch_size: profile.batch_size,
            in_flight: profile.in_flight,
            rate: profile.rate,
            canary: None,
            gate: None,
        },
        price: profile.price,
        quiet_hours: profile.quiet_hours,
        test_number: config.test_number,
        is_masked: look.mask,
        ..Settings::default()
    }
}

/// How the command line is called for the same account.
fn command(config: &Config, overrides: &Overrides) -> String {
    let mut words = vec!["yunque".to_owned()];
    if let Some(path) = &overrides.config {
        words.push(format!("--config {}", path.display()));
    }
    if config.profiles.len() > 1 {
        words.push(format!("--profile {}", config.profile.name));
    }
    words.join(" ")
}

/// How the screen may look on this terminal.
pub(super) fn theme(config: &Config, environment: &Environment) -> Theme {
    let has_colour = match config.look.color {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => !environment.is_colorless,
    };
    Theme::new(has_colour, config.look.ascii || !environment.is_utf8(), colour(config.profile.tint))
}

fn colour(tint: Tint) -> Option<Color> {
    match tint {
        Tint::Plain => None,
        Tint::Red => Some(Color::Red),
        Tint::Green => Some(Color::Green),
        Tint::Yellow => Some(Color::Yellow),
        Tint::Blue => Some(Color::Blue),
        Tint::Magenta => Some(Color::Magenta),
        Tint::Cyan => Some(Color::Cyan),
    }
}
