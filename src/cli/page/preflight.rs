//! The pre-flight: what would be sent, to whom, what it costs, and every check with what to do.
use super::{facts, left_out, money};
use crate::cli::output::{Align, Output, Table, Tone};
use crate::sms::{CheckState, Plan, Preflight, visible_lines};
use crate::words::{check, state};

/// The page that is shown before a send, and by `--dry-run`.
pub fn preflight(plan: &Plan, preflight: &Preflight, out: &Output) -> String {
    let lang = out.lang;
    let mut rows = vec![
        (lang.cli_name(), plan.name.clone()),
        (lang.cli_to(), lang.cli_recipients(preflight.recipients)),
        (lang.cli_cost(), cost(preflight, out)),
    ];
    if let Some(at) = preflight.done_at {
        rows.push((lang.cli_done_about(), out.form.moment(at)));
    }
    let mut page = facts(out, rows);
    for (mobile, text) in &preflight.samples {
        page.extend([mobile.masked().as_str(), "  ", &visible_lines(text), "\n"]);
    }
    page.push_str(&left_out(plan.recipients.rejected(), out.paint, out));
    let mut table = Table::new(&[("", Align::Left); 3]);
    for row in &preflight.checks {
        let word = state::check(row.state, lang);
        let tone = match row.state {
            CheckState::Ok => Tone::Plain,
            CheckState::Warn => Tone::Attention,
            CheckState::Block => Tone::Bad,
        };
        let words = check::words(row, lang);
        let sentence = if row.state == CheckState::Ok {
            words.sentence
        } else {
            [words.sentence.as_str(), words.hint].join(lang.problem_between())
        };
        table.toned_row([(tone, word.to_owned()), (Tone::Plain, words.label.to_owned()), (Tone::Plain, sentence)]);
    }
    page.push_str(&table.render(out.paint));
    page
}

fn cost(preflight: &Preflight, out: &Output) -> String {
    let lang = out.lang;
    let about = lang.cli_about(money(out, preflight.fee));
    match (preflight.balance, preflight.balance_after()) {
        (Some(balance), Some(after)) => lang.cli_cost_of(about, money(out, balance), money(out, after)),
        _ => about,
    }
}
