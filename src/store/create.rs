//! A campaign is made whole or not at all: what was confirmed, its recipients, the rows left out, where it stands.
use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::codec::{Digest, digits, reason_parts, stored};
use super::fault::{Fallible, Fault};
use super::writer::Tx;
use super::{Result, Store};
use crate::sms::{CampaignId, CampaignState, Plan, RejectReason, Segments, Start, Template, charset, segments};

/// More recipients than this take a commit of their own.
const LARGE: usize = 5_000;

/// What is worked out before the transaction begins.
struct Prepared {
    segments: Segments,
    segments_total: u64,
    digest: i64,
    by_mobile: Vec<(i64, u32)>,
}

impl Store {
    /// Creates campaign, recipients, left-out rows and state in ONE transaction: after a kill it is there whole or not
    /// at all. It is a `draft` that nobody sends by itself: an error here may hide a commit that reached the disk after
    /// all, so that the campaign shows up later; it then says that it was never begun. [`Store::set_state`] begins it.
    pub async fn create_campaign(&self, plan: &Plan, by: &str, at: Timestamp) -> Result<CampaignId> {
        self.may_write()?;
        let (plan, by) = (plan.clone(), by.to_owned());
        let shared = plan.clone();
        let prepared = self.read(move |_| prepare(&shared)).await?;
        let is_large = plan.recipients.len() > LARGE;
        self.queue(move |tx| create(tx, &plan, &prepared, &by, at), is_large, None).await
    }
}

/// The sum over the text and all recipients that [`super::check`] and the journal compare.
pub(super) fn digest_of(text: &str, recipients: impl Iterator<Item = (i64, impl AsRef<str>)>) -> i64 {
    let mut digest = Digest::new();
    digest.text(text);
    for (mobile, values) in recipients {
        digest.word(mobile.cast_unsigned());
        digest.text(values.as_ref());
    }
    digest.stored()
}

fn prepare(plan: &Plan) -> Fallible<Prepared> {
    let list = &plan.recipients;
    if u32::try_from(list.len()).is_err() {
        return Err(Fault::journal("too many recipients"));
    }
    let template = Template::new(&plan.text);
    let is_plain = template.is_plain();
    let measure = |text: &str, is_mainland| segments(text, charset(text, is_mainland)).0;
    let unfilled = [measure(&plan.text, false), measure(&plan.text, true)];
    let (mut most, mut sum) = (0, 0_u64);
    for (i, mobile) in list.mobiles().iter().enumerate() {
        let is_mainland = mobile.is_mainland();
        let one = if is_plain {
            unfilled[usize::from(is_mainland)]
        } else {
            // A missing value is the pre-flight's to say.
            template.fill(&list.columns, list.values(i)).map_or(1, |text| measure(&text, is_mainland))
        };
        most = most.max(one);
        sum += u64::from(one);
    }
    let mut by_mobile: Vec<(i64, u32)> = list.mobiles().iter().map(|m| digits(*m)).zip(0..).collect();
    by_mobile.sort_unstable();
    let rows = list.mobiles().iter().enumerate().map(|(i, mobile)| (digits(*mobile), list.values(i)));
    Ok(Prepared { segments: Segments(most), segments_total: sum, digest: digest_of(&plan.text, rows), by_mobile })
}

fn create(tx: &Tx<'_>, plan: &Plan, prepared: &Prepared, by: &str, at: Timestamp) -> Fallible<CampaignId> {
    let list = &plan.recipients;
    let starts_at = match plan.start {
        Start::Now => None,
        Start::At(time) => Some(time.as_millisecond()),
    };
    let separator = crate::sms::Recipients::SEPARATOR.to_string();
    let columns = (!list.columns.is_empty()).then(|| list.columns.join(&separator));
    let opted_out = list.rejected().iter().filter(|r| r.reason == RejectReason::OptedOut).count();
    tx.prepare_cached(
        "INSERT INTO campaign (name, by, kind, text, columns, mobile_stat, is_test, batch_size, in_flight, rate, canary,
           ignores_quiet_hours, goes_on_after_hangup, created_at, starts_at, total, segments, segments_total,
           rejected_rows, duplicate_rows, opted_out, digest, taken_out, gate_percent, gate_seconds)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22,
           ?23, ?24, ?25)",
    )?
    .execute(params![
        plan.name,
        by,
        plan.kind.code(),
        plan.text,
        columns,
        plan.mobile_stat,
        plan.is_test,
        plan.pacing.batch_size,
        plan.pacing.in_flight,
        plan.pacing.rate.map(std::num::NonZero::get),
        plan.pacing.canary.map(std::num::NonZero::get),
        plan.ignores_quiet_hours,
        plan.goes_on_after_hangup,
        at.as_millisecond(),
        starts_at,
        stored(list.len() as u64),
        prepared.segments.0,
        stored(prepared.segments_total),
        stored(list.malformed()),
        stored(list.duplicates()),
        stored(opted_out as u64),
        prepared.digest,
        stored(list.taken_out()),
        plan.pacing.gate.map(|gate| gate.percent),
        plan.pacing.gate.map(|gate| stored(gate.within.as_secs().max(1))),
    ])?;
    let id = tx.last_insert_rowid();
    tx.execute(
        "INSERT INTO standing (campaign, state, pending) VALUES (?1, ?2, ?3)",
        params![id, CampaignState::Draft.code(), stored(list.len() as u64)],
    )?;
    for (pos, sid) in (0_u32..).zip(&plan.link_sids) {
        tx.execute(
            "INSERT OR IGNORE INTO campaign_link (sid, campaign, pos) VALUES (?1, ?2, ?3)",
            params![sid.0, id, pos],
        )?;
    }
    insert_recipients(tx, id, plan)?;
    insert_by_mobile(tx, id, &prepared.by_mobile)?;
    let mut left_out = tx.prepare_cached("INSERT INTO rejected VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    for (n, row) in (0_u32..).zip(list.rejected()) {
        let (code, of) = reason_parts(row.reason);
        left_out.execute(params![id, n, row.row, row.raw, code, of])?;
    }
    tx.wrote(list.len() * 2 + list.rejected().len());
    Ok(CampaignId(id))
}

/// Rows a statement.
const TOGETHER: usize = 64;

/// `INSERT … VALUES (…), (…)` for that many rows of `columns`.
fn rows_sql(table: &str, columns: usize, rows: usize) -> String {
    let one = format!("({})", vec!["?"; columns].join(","));
    format!("INSERT INTO {table} VALUES {}", vec![one; rows].join(","))
}

fn insert_recipients(db: &Connection, id: i64, plan: &Plan) -> Fallible<()> {
    let list = &plan.recipients;
    let has_values = !list.columns.is_empty();
    let all: Vec<u32> = (0..u32::try_from(list.len()).unwrap_or(u32::MAX)).collect();
    for chunk in all.chunks(TOGETHER) {
        let mut statement = db.prepare_cached(&rows_sql("recipient", 5, chunk.len()))?;
        let mut at = 1;
        for seq in chunk {
            let i = *seq as usize;
            statement.raw_bind_parameter(at, id)?;
            statement.raw_bind_parameter(at + 1, seq)?;
            statement.raw_bind_parameter(at + 2, digits(list.mobiles()[i]))?;
            statement.raw_bind_parameter(at + 3, list.rows()[i])?;
            statement.raw_bind_parameter(at + 4, has_values.then(|| list.values(i)))?;
            at += 5;
        }
        statement.raw_execute()?;
    }
    Ok(())
}

fn insert_by_mobile(db: &Connection, id: i64, sorted: &[(i64, u32)]) -> Fallible<()> {
    for chunk in sorted.chunks(TOGETHER) {
        let mut statement = db.prepare_cached(&rows_sql("by_mobile", 3, chunk.len()))?;
        let mut at = 1;
        for (mobile, seq) in chunk {
            statement.raw_bind_parameter(at, mobile)?;
            statement.raw_bind_parameter(at + 1, id)?;
            statement.raw_bind_parameter(at + 2, seq)?;
            at += 3;
        }
        statement.raw_execute()?;
    }
    Ok(())
}
