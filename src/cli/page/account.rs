//! The account, and the doctor's checks.
use jiff::Timestamp;

use super::money;
use crate::cli::documents::CheckDocument;
use crate::cli::output::{Align, Output, Table, Tone};
use crate::sms::{Account, visible};

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
            "ok" => (lang.cli_ok(), Tone::Plain),
            "warn" => (lang.cli_warn(), Tone::Attention),
            _ => (lang.cli_fail(), Tone::Bad),
        };
        let detail = if check.hint.is_empty() {
            check.detail.clone()
        } else {
            let is_sentence = check.detail.ends_with(['.', '。', '!', '?']);
            let between = if is_sentence { lang.problem_between() } else { lang.cli_colon() };
            [check.detail.as_str(), check.hint.as_str()].join(between)
        };
        table.toned_row([(tone, word.to_owned()), (Tone::Plain, check.name.clone()), (Tone::Plain, detail)]);
    }
    table.render(out.paint)
}
