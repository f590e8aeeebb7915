//! `balance`, `doctor`, `audit`, and the document of an error.
use jiff::Timestamp;
use serde::Serialize;

use super::{Form, RejectedDocument, amount};
use crate::problem::{Explain, InputProblem, Problem};
use crate::sms::Account;
use crate::store::AuditLine;
use crate::words::Lang;

/// `balance`.
#[derive(Debug, Serialize)]
pub struct BalanceDocument {
    balance: f64,
    unit: &'static str,
    alarm_balance: Option<f64>,
    as_of: String,
    nick: String,
}

impl BalanceDocument {
    /// The document of an account, asked at `as_of`. `user/get` names no unit; accounts are kept in RMB.
    #[must_use]
    pub fn new(account: &Account, as_of: Timestamp, form: &Form) -> Self {
        Self {
            balance: amount(account.balance),
            unit: "RMB",
            alarm_balance: account.alarm_balance.map(amount),
            as_of: form.time(as_of),
            nick: account.nick.clone(),
        }
    }
}

/// One check of `doctor`.
#[derive(Debug, Serialize)]
pub struct CheckDocument {
    /// What was looked at, a stable word.
    pub name: String,
    /// `ok`, `warn` or `fail`.
    pub state: &'static str,
    /// What was found.
    pub detail: String,
    /// What to do, where there is something to do.
    pub hint: String,
}

/// `doctor`.
#[derive(Debug, Serialize)]
pub struct DoctorDocument {
    /// The checks, in the order they were made.
    pub checks: Vec<CheckDocument>,
}

/// `audit list`, newest first.
#[derive(Debug, Serialize)]
pub struct AuditLinesDocument {
    lines: Vec<AuditLineDocument>,
}

#[derive(Debug, Serialize)]
struct AuditLineDocument {
    line: i64,
    at: String,
    by: String,
    caller: String,
    what: String,
    about: String,
    count: u64,
    money: f64,
}

impl AuditLinesDocument {
    /// The document of these lines.
    #[must_use]
    pub fn new(lines: &[AuditLine], form: &Form) -> Self {
        let line = |line: &AuditLine| AuditLineDocument {
            line: line.id,
            at: form.time(line.at),
            by: line.by.clone(),
            caller: line.caller.clone(),
            what: line.what.clone(),
            about: line.about.clone(),
            count: line.count,
            money: amount(line.money),
        };
        Self { lines: lines.iter().map(line).collect() }
    }
}

/// `audit verify`.
#[derive(Debug, Serialize)]
pub struct AuditDocument {
    /// Whether every entry follows from the one before.
    pub intact: bool,
    /// How many entries there are.
    pub entries: u64,
    /// The first entry that does not follow, or is missing.
    pub broken_at: Option<i64>,
    /// The last entry that is known to have been there, if it is gone.
    pub gone: Option<GoneDocument>,
    /// A campaign that was sent and of which no entry says by whom.
    pub unsaid: Option<String>,
}

/// An entry of the audit that is gone.
#[derive(Debug, Serialize)]
pub struct GoneDocument {
    /// Its number.
    pub line: i64,
    /// When it was written.
    pub written_at: String,
}

/// `{"error":{…}}`.
#[derive(Debug, Serialize)]
pub struct ErrorDocument {
    /// The error.
    pub error: ErrorBody,
}

/// What went wrong.
#[derive(Debug, Serialize)]
pub struct ErrorBody {
    /// A stable word.
    pub kind: &'static str,
    /// The vendor's code, where there is one.
    pub code: Option<i32>,
    /// What happened.
    pub message: String,
    /// `no`, `yes` or `unknown`.
    pub sent: &'static str,
    /// What to do now.
    pub hint: String,
    /// The rows that were left out, where nobody is left to write to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rejected: Vec<RejectedDocument>,
}

impl ErrorDocument {
    /// The document of a problem, in the reader's language.
    #[must_use]
    pub fn new(problem: &Problem, lang: Lang, is_masked: bool) -> Self {
        Self { error: ErrorBody::new(problem, lang, is_masked) }
    }
}

impl ErrorBody {
    /// What went wrong, in the reader's language.
    #[must_use]
    pub fn new(problem: &Problem, lang: Lang, is_masked: bool) -> Self {
        let rows = match problem {
            Problem::Input(InputProblem::NoRecipients { rows, .. }) => rows.as_slice(),
            _ => &[],
        };
        Self {
            kind: problem.kind(),
            code: problem.code(),
            message: problem.what(lang),
            sent: problem.sent().code(),
            hint: problem.now(lang),
            rejected: rows.iter().map(|row| RejectedDocument::new(row, lang, is_masked)).collect(),
        }
    }
}
