//! The account, and the doctor's checks.
use jiff::Timestamp;

use super::money;
use crate::cli::documents::CheckDocument;
use crate::cli::output::{Align, Output, Table, Tone};
use crate::sms::{Account, visible};
use crate::words::Lang;

/// What is left on the account.
pub fn balance(account: &Account, as_of: Timestamp, out: &Output) -> String {
    let lang = out.lang;
    let mut page = lang.cli_balance(visible(&account.nick), money(out, account.balance), out.form.moment(as_of));
    if let Some(alarm) = account.alarm_balance.filter(|alarm| account.balance < *alarm) {
        page.push_str(lang.problem_between());
        page.push_str(&lang.cli_below_alarm(money(out, alarm)));
    }
    page
}

/// The doctor's checks, with what to do about each that is not in order.
pub fn doctor(checks: &[CheckDocument], out: &Output) -> String {
    let lang = out.lang;
    let mut table = Table::new(&[("", Align::Left); 3]);
    for check in checks {
        let (word, tone) = match check.state {
            "ok" => (lang.state_ok(), Tone::Plain),
            "warn" => (lang.state_warn(), Tone::Attention),
            _ => (lang.cli_fail(), Tone::Bad),
        };
        let detail = if check.hint.is_empty() {
            check.detail.clone()
        } else {
            let is_sentence = check.detail.ends_with(['.', '。', '!', '?']);
            let between = if is_sentence { lang.problem_between() } else { lang.cli_colon() };
            [check.detail.as_str(), check.hint.as_str()].join(between)
        };
        table.toned_row([
            (tone, word.to_owned()),
            (Tone::Plain, label(&check.name, lang).to_owned()),
            (Tone::Plain, detail),
        ]);
    }
    table.render(out.paint)
}

/// What was looked at, in the reader's language; the documents keep the stable word.
fn label(name: &str, lang: Lang) -> &str {
    match name {
        "config" => lang.cli_doctor_config(),
        "key" => lang.cli_doctor_key(),
        "terminal" => lang.cli_doctor_terminal(),
        "locale" => lang.cli_doctor_locale(),
        "clipboard" => lang.cli_doctor_clipboard(),
        "data" => lang.cli_doctor_data(),
        "space" => lang.cli_doctor_space(),
        "sqlite" => lang.cli_doctor_sqlite(),
        "audit" => lang.cli_doctor_audit(),
        "api" => lang.cli_doctor_api(),
        "clock" => lang.cli_doctor_clock(),
        "balance" => lang.cli_doctor_balance(),
        "log" => lang.cli_doctor_log(),
        "journal-schema" => lang.cli_doctor_schema(),
        "journal-attempts-cover" => lang.cli_doctor_attempts_cover(),
        "journal-facts-follow" => lang.cli_doctor_facts_follow(),
        "journal-messages-once" => lang.cli_doctor_messages_once(),
        "journal-drafts-unsent" => lang.cli_doctor_drafts_unsent(),
        "journal-decisions-audited" => lang.cli_doctor_decisions_audited(),
        "journal-tally" => lang.cli_doctor_tally(),
        "journal-facts-covered" => lang.cli_doctor_facts_covered(),
        "journal-accepted-once" => lang.cli_doctor_accepted_once(),
        "journal-attempts-on-pending" => lang.cli_doctor_attempts_on_pending(),
        "journal-recipients-unchanged" => lang.cli_doctor_recipients_unchanged(),
        "journal-finished-is-settled" => lang.cli_doctor_finished_is_settled(),
        "journal-deliveries-add-up" => lang.cli_doctor_deliveries_add_up(),
        "journal-audit-chain" => lang.cli_doctor_audit_chain(),
        name => name,
    }
}
