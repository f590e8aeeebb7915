//! Today on one page: plain enough to be pasted into a chat.
use super::campaign::sender;
use super::{count, facts, money};
use crate::cli::output::Output;
use crate::desk::Today;
use crate::problem::Explain;
use crate::sms::{Campaign, CampaignState, visible};

/// The page.
pub fn today(today: &Today, out: &Output) -> String {
    let lang = out.lang;
    let mut page = lang.cli_today(out.form.moment(today.at));
    page.push('\n');
    let balance = match &today.account {
        Ok(account) => lang.cli_left_after(money(out, account.balance), money(out, today.committed)),
        Err(problem) => problem.what(lang),
    };
    let watched = if today.is_watched { lang.cli_watched() } else { lang.cli_not_watched() };
    page.push_str(&facts(
        out,
        [
            (lang.cli_accepted_today(), format!("{}  {}", count(today.sent.0), money(out, today.sent.1))),
            (lang.cli_balance_label(), balance),
            (lang.cli_watch_label(), watched.to_owned()),
        ],
    ));
    for (label, campaigns) in [
        (lang.state_running(), &today.running),
        (lang.state_scheduled(), &today.scheduled),
        (lang.state_paused(), &today.paused),
        (lang.state_unknown(), &today.unknown),
    ] {
        for campaign in campaigns {
            let label = if campaign.is_missed(today.at) { lang.state_missed() } else { label };
            page.push_str(&line(label, campaign, out));
        }
    }
    for link in &today.closing {
        page.push_str(&lang.cli_closes(
            link.short.bare(),
            visible(&link.short.name),
            out.form.short(link.counts_until),
        ));
        page.push('\n');
    }
    page
}

/// `paused  c141  优惠券到期  6,806 of 8,000 accepted, 600 unknown, 580 pending`.
fn line(label: &str, campaign: &Campaign, out: &Output) -> String {
    let counts = campaign.counts;
    let when = campaign
        .starts_at
        .filter(|_| campaign.state == CampaignState::Scheduled)
        .map_or_else(String::new, |at| format!("  {}", out.form.short(at)));
    let counted = out.lang.cli_line(counts.accepted, counts.total(), counts.unknown, counts.pending + counts.sending);
    let mut line = format!("{label}  {}  {}  {counted}{when}", campaign.id, visible(&campaign.name));
    if campaign.state == CampaignState::Running {
        let sender = sender(campaign, out.lang);
        line.extend(["  ", &out.lang.cli_sent_by(visible(&sender))]);
    }
    line.push('\n');
    line
}
