//! The audit as a table.
use super::{count, money};
use crate::cli::output::{Align, Output, Table};
use crate::sms::{Money, visible};
use crate::store::AuditLine;

/// The audit, newest first.
pub fn audit(lines: &[AuditLine], out: &Output) -> String {
    let lang = out.lang;
    if lines.is_empty() {
        return lang.cli_audit_empty().to_owned() + "\n";
    }
    let mut table = Table::new(&[
        (lang.cli_at(), Align::Left),
        (lang.cli_by(), Align::Left),
        (lang.cli_caller(), Align::Left),
        (lang.cli_what(), Align::Left),
        (lang.cli_how_many(), Align::Right),
        (lang.cli_how_much(), Align::Right),
        (lang.cli_subject(), Align::Left),
    ]);
    for line in lines {
        table.row([
            out.form.short(line.at),
            visible(&line.by).into_owned(),
            visible(&line.caller).into_owned(),
            visible(&line.what).into_owned(),
            count(line.count),
            if line.money == Money::ZERO { String::new() } else { money(out, line.money) },
            visible(&line.about).into_owned(),
        ]);
    }
    table.render(out.paint)
}
