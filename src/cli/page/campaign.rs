//! A campaign: one line of the list, or its page with counts that add up.
use super::{count, facts, left_out, money};
use crate::cli::documents::{People, Settled};
use crate::cli::now;
use crate::cli::output::{Align, Output, Table, Tone};
use crate::sms::{Campaign, CampaignState, Code, Doubt, Reasons, RecipientState, Refusal, visible};
use crate::words::{Lang, doubt, state, take_over};

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
        (lang.cli_by(), Align::Left),
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
            (tone(campaign), state::campaign_at(campaign, now(), lang).to_owned()),
            (Tone::Plain, campaign.id.to_string()),
            (Tone::Plain, campaign.name.clone()),
            (Tone::Plain, sender(campaign, lang)),
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

/// One campaign, and why people in it were refused or are unknown.
pub fn campaign(campaign: &Campaign, reasons: &Reasons, out: &Output) -> String {
    let lang = out.lang;
    let counts = campaign.counts;
    let mut page = format!(
        "{}  {}  {}  {}\n",
        campaign.id,
        visible(&campaign.name),
        out.paint.tone(tone(campaign), state::campaign_at(campaign, now(), lang)),
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
            let why = match of {
                RecipientState::Unknown => doubt::lines(&reasons.unknown, lang),
                _ => String::new(),
            };
            table.toned_row([(tone, count(n)), (tone, word.to_owned()), (Tone::Plain, why)]);
        }
    }
    table.row([count(counts.total()), lang.cli_in_all().to_owned(), String::new()]);
    page.push_str(&table.render(out.paint));
    page.push_str(&facts(out, about(campaign, out)));
    if let Some(asked) = &campaign.take_over {
        page.push_str(&take_over::standing(asked, now(), |at| out.form.moment(at), lang));
        page.push('\n');
    }
    if let Some(wish) = state::wish(campaign, lang) {
        page.push_str(wish);
        page.push('\n');
    }
    if campaign.is_missed(now()) {
        page.push_str(&lang.cli_missed(campaign.id));
        page.push('\n');
    }
    if let Some((why, next)) = state::standstill(campaign, lang) {
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
    let fee = if campaign.is_fee_estimated { lang.cli_about(fee) } else { fee };
    let mut rows = vec![
        (lang.cli_text(), campaign.text.clone()),
        (
            lang.cli_cost(),
            if campaign.counts.unknown > 0 { lang.cli_cost_without_unknown(fee, campaign.counts.unknown) } else { fee },
        ),
    ];
    let (rejected, duplicate) = (campaign.rejected_rows, campaign.duplicate_rows);
    if rejected + duplicate + campaign.opted_out + campaign.taken_out > 0 {
        let why = lang.cli_left_out_rows(rejected, duplicate, campaign.opted_out, campaign.taken_out);
        rows.push((lang.cli_left_out(), why));
    }
    if let Some(at) = campaign.starts_at.filter(|_| campaign.state == CampaignState::Scheduled) {
        rows.push((lang.cli_starts(), out.form.moment(at)));
    }
    if let Some(canary) = campaign.canary {
        let first = u64::from(canary.first.get());
        rows.push((
            lang.cli_canary(),
            match canary.gate {
                Some(gate) => lang.cli_canary_gate(first, gate.percent, format!("{:#}", span(gate.within))),
                None => lang.cli_canary_by_hand(first),
            },
        ));
    }
    if let Some(owner) = campaign.owner.as_ref().filter(|owner| owner.is_alive) {
        rows.push((lang.cli_held(), lang.cli_by_at(&owner.by, out.form.moment(owner.since))));
    }
    if let Some((at, by, text)) = &campaign.note {
        rows.push((lang.cli_note(), format!("{by} {}: {text}", out.form.short(*at))));
    }
    rows
}

/// Why numbers were refused, by code: what it means, the vendor's words and what to do; and the verbs that follow for the
/// refused and the unknown. `are_listed` says that their numbers follow.
pub fn reasons(campaign: &Campaign, reasons: &Reasons, are_listed: bool, out: &Output) -> String {
    let (lang, id) = (out.lang, campaign.id);
    let mut page = String::new();
    for (code, msg, n) in &reasons.refused {
        let said = lang.cli_refused_because(*n, code, Code(*code).meaning(lang), visible(msg));
        page.extend([&lang.closed(said), lang.problem_between(), Code(*code).next_step(lang), "\n"]);
    }
    let may = |(code, ..): &&(i32, String, u64)| Code(*code).is_retryable_later();
    let retryable: u64 = reasons.refused.iter().filter(may).map(|(.., n)| n).sum();
    let mut verbs: Vec<String> = Vec::new();
    if !are_listed && campaign.counts.refused + campaign.counts.unknown > 0 {
        verbs.push(lang.cli_refused_shown(id));
    }
    if retryable > 0 {
        verbs.push(lang.cli_refused_retried(id, retryable));
    }
    if campaign.counts.unknown > 0 {
        verbs.push(lang.cli_next_unknown(id));
    }
    if !verbs.is_empty() {
        page.extend([&verbs.join(lang.problem_between()), "\n"]);
    }
    page
}

/// Those who were refused, are unknown or were left out, one by one.
pub fn people(people: &People, out: &Output) -> String {
    refused(&people.refused, out) + &unknown(&people.unknown, out) + &left_out(&people.rejected, out.paint, out)
}

/// The numbers of whom nobody knows, since when, and why.
fn unknown(doubts: &[Doubt], out: &Output) -> String {
    if doubts.is_empty() {
        return String::new();
    }
    let lang = out.lang;
    let head = state::recipient(RecipientState::Unknown, lang);
    let mut table = Table::new(&[(head, Align::Left), (lang.cli_at(), Align::Left), (lang.cli_why(), Align::Left)]);
    for one in doubts {
        let at = one.at.map_or_else(String::new, |at| out.form.short(at));
        table.row([out.form.mobile(one.mobile), at, doubt::words(&one.why, lang)]);
    }
    table.render(out.paint)
}

/// The numbers that were refused, with what the code means and the vendor's words.
fn refused(refusals: &[Refusal], out: &Output) -> String {
    if refusals.is_empty() {
        return String::new();
    }
    let lang = out.lang;
    let mut table = Table::new(&[
        (state::recipient(RecipientState::Refused, lang), Align::Left),
        (lang.cli_code(), Align::Right),
        (lang.cli_meaning(), Align::Left),
        (lang.cli_words(), Align::Left),
    ]);
    for refusal in refusals {
        let meaning = Code(refusal.code).meaning(lang);
        table.row([out.form.mobile(refusal.mobile), refusal.code.to_string(), meaning, refusal.msg.clone()]);
    }
    table.render(out.paint)
}

/// What a reconciliation settled.
pub fn reconciled(
    of: &Campaign,
    reasons: &Reasons,
    settled: Settled,
    settles_at: Option<jiff::Timestamp>,
    out: &Output,
) -> String {
    let lang = out.lang;
    let mut page = campaign(of, reasons, out);
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

/// As people write times, `10m`.
fn span(time: std::time::Duration) -> jiff::SignedDuration {
    jiff::SignedDuration::try_from(time).unwrap_or(jiff::SignedDuration::MAX)
}

fn tone(campaign: &Campaign) -> Tone {
    let waits = campaign.state == CampaignState::Paused || campaign.is_missed(now());
    if waits { Tone::Attention } else { Tone::Plain }
}

/// Who is sending it now; of one that nobody is to send now, who confirmed it.
pub(super) fn sender(campaign: &Campaign, lang: Lang) -> String {
    match campaign.owner.as_ref().filter(|owner| owner.is_alive) {
        Some(owner) if campaign.state == CampaignState::Running => owner.by.clone(),
        _ if campaign.state == CampaignState::Running => lang.cli_nobody().to_owned(),
        _ => campaign.by.clone(),
    }
}
