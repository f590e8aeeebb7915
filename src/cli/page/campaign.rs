//! A campaign: one line of the list, or its page with counts that add up.
use std::collections::BTreeMap;

use super::{count, facts, money};
use crate::cli::documents::Settled;
use crate::cli::output::{Align, Output, Table, Tone};
use crate::sms::{Campaign, CampaignState, Code, RecipientState, Refusal, visible};
use crate::words::state;

/// The list, newest first.
pub fn campaigns(campaigns: &[Campaign], out: &Output) -> String {
    let lang = out.lang;
    if campaigns.is_empty() {
        return lang.cli_no_campaigns().to_owned();
    }
    let head = |recipient| state::recipient(recipient, lang);
    let mut table = Table::new(&[
        (lang.cli_state(), Align::Left),
        (lang.cli_id(), Align::Left),
        (lang.cli_name(), Align::Left),
        (lang.cli_total(), Align::Right),
        (head(RecipientState::Accepted), Align::Right),
        (head(RecipientState::Refused), Align::Right),
        (head(RecipientState::Unknown), Align::Right),
        (head(RecipientState::Pending), Align::Right),
        (lang.cli_made(), Align::Left),
    ]);
    for campaign in campaigns {
        let counts = campaign.counts;
        let unknown = if counts.unknown > 0 { Tone::Attention } else { Tone::Plain };
        table.toned_row([
            (tone(campaign.state), state::campaign(campaign.state, lang).to_owned()),
            (Tone::Plain, campaign.id.to_string()),
            (Tone::Plain, campaign.name.clone()),
            (Tone::Plain, count(counts.total())),
            (Tone::Plain, count(counts.accepted)),
            (Tone::Plain, count(counts.refused)),
            (unknown, count(counts.unknown)),
            (Tone::Plain, count(counts.pending + counts.sending)),
            (Tone::Plain, out.form.short(campaign.created_at)),
        ]);
    }
    table.render(out.paint)
}

/// One campaign.
pub fn campaign(campaign: &Campaign, out: &Output) -> String {
    let lang = out.lang;
    let counts = campaign.counts;
    let mut page = format!(
        "{}  {}  {}  {}\n",
        campaign.id,
        visible(&campaign.name),
        out.paint.tone(tone(campaign.state), state::campaign(campaign.state, lang)),
        lang.cli_by_at(visible(&campaign.by), out.form.moment(campaign.created_at)),
    );
    let mut table = Table::new(&[("", Align::Right), ("", Align::Left), ("", Align::Left)]);
    let reports = campaign.deliveries;
    let reports = if counts.accepted == 0 {
        String::new()
    } else {
        lang.cli_reports(reports.delivered, reports.failed, reports.no_report)
    };
    table.row([count(counts.accepted), state::recipient(RecipientState::Accepted, lang).to_owned(), reports]);
    for (n, of) in [
        (counts.refused, RecipientState::Refused),
        (counts.unknown, RecipientState::Unknown),
        (counts.sending, RecipientState::Sending),
        (counts.pending, RecipientState::Pending),
    ] {
        if n > 0 {
            let tone = if of == RecipientState::Unknown { Tone::Attention } else { Tone::Plain };
            let word = match of {
                RecipientState::Pending => state::untried(campaign.state, lang),
                of => state::recipient(of, lang),
            };
            let word = word.to_owned();
            table.toned_row([(tone, count(n)), (tone, word), (Tone::Plain, String::new())]);
        }
    }
    table.row([count(counts.total()), lang.cli_in_all().to_owned(), String::new()]);
    page.push_str(&table.render(out.paint));
    page.push_str(&facts(out, about(campaign, out)));
    if let Some(pause) = campaign.pause.as_ref().filter(|_| campaign.state == CampaignState::Paused) {
        let (why, next) = state::pause_of(pause, campaign.counts, lang);
        page.push_str(&visible(&why));
        page.push_str(lang.problem_between());
        page.push_str(next);
        page.push('\n');
    }
    page
}

fn about(campaign: &Campaign, out: &Output) -> Vec<(&'static str, String)> {
    let lang = out.lang;
    let fee = money(out, campaign.fee);
    let mut rows = vec![
        (lang.cli_text(), campaign.text.clone()),
        (lang.cli_cost(), if campaign.is_fee_estimated { lang.cli_about(fee) } else { fee }),
    ];
    let (rejected, duplicate) = (campaign.rejected_rows, campaign.duplicate_rows);
    if rejected + duplicate + campaign.opted_out + campaign.taken_out > 0 {
        let why = lang.cli_left_out_rows(rejected, duplicate, campaign.opted_out, campaign.taken_out);
        rows.push((lang.cli_left_out(), why));
    }
    if let Some(at) = campaign.starts_at.filter(|_| campaign.state == CampaignState::Scheduled) {
        rows.push((lang.cli_starts(), out.form.moment(at)));
    }
    if let Some(owner) = campaign.owner.as_ref().filter(|owner| owner.is_alive) {
        rows.push((lang.cli_held(), lang.cli_by_at(&owner.by, out.form.moment(owner.since))));
    }
    if let Some((at, by, text)) = &campaign.note {
        rows.push((lang.cli_note(), format!("{by} {}: {text}", out.form.short(*at))));
    }
    rows
}

/// The numbers that were refused, with the vendor's words.
pub fn refused(refusals: &[Refusal], out: &Output) -> String {
    if refusals.is_empty() {
        return String::new();
    }
    let lang = out.lang;
    let mut table = Table::new(&[
        (state::recipient(RecipientState::Refused, lang), Align::Left),
        (lang.cli_code(), Align::Right),
        (lang.cli_words(), Align::Left),
    ]);
    for refusal in refusals {
        table.row([out.form.mobile(refusal.mobile), refusal.code.to_string(), refusal.msg.clone()]);
    }
    table.render(out.paint)
}

/// Why numbers were refused: how many by each code, what it means and what to do; the verb that tries them again.
pub fn refused_by_code(of: &Campaign, codes: &[(i32, String, u64)], retryable: u64, out: &Output) -> String {
    let lang = out.lang;
    let mut sums: BTreeMap<i32, u64> = BTreeMap::new();
    for (code, _, n) in codes {
        *sums.entry(*code).or_default() += n;
    }
    if sums.is_empty() {
        return String::new();
    }
    let mut sums: Vec<(i32, u64)> = sums.into_iter().collect();
    sums.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    let mut page = String::new();
    for (code, n) in sums {
        let meaning = [Code(code).meaning(lang).as_str(), Code(code).next_step(lang)].join(lang.problem_between());
        page.push_str(&lang.cli_refused_because(n, code, meaning));
        page.push('\n');
    }
    if retryable > 0 {
        page.push_str(&lang.cli_refused_retried(of.id, retryable));
        page.push('\n');
    }
    page
}

/// What a reconciliation settled.
pub fn reconciled(of: &Campaign, settled: Settled, settles_at: Option<jiff::Timestamp>, out: &Output) -> String {
    let lang = out.lang;
    let mut page = campaign(of, out);
    page.push_str(&lang.cli_settled(settled.accepted, settled.absent, settled.unsettled));
    page.push('\n');
    if settled.unsettled > 0 {
        page.push_str(&match settles_at {
            Some(at) => lang.cli_settles_at(out.form.moment(at)),
            None => lang.cli_settles_by_hand(of.id),
        });
        page.push('\n');
    }
    page
}

const fn tone(state: CampaignState) -> Tone {
    match state {
        CampaignState::Paused => Tone::Attention,
        _ => Tone::Plain,
    }
}
