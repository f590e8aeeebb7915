//! What the vendor remembers: messages, replies, delivery reports (`api/yunpian-v2.md` §7).
use std::collections::HashSet;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::client::Form;
use super::{Client, clock, wire};
use crate::problem::{ApiProblem, Expected};
use crate::sms::{DeliveryReport, MessageSid, Mobile, Record, Reply, ReportStatus, Segments};

/// Rows a page, the most the API gives.
const PAGE_SIZE: usize = 100;
/// Pages at most: two million rows. More is an error, as half an answer must not pass for a whole one.
const MOST_PAGES: u32 = 20_000;

impl Client {
    /// One page (from 1) of the messages sent between two moments, domestic and international, up to 100; all
    /// numbers when `mobiles` is empty.
    ///
    /// # Errors
    /// Why they could not be read; a record without an id is an error too, as it could be taken for absent.
    pub async fn get_record(
        &self,
        from: Timestamp,
        to: Timestamp,
        mobiles: &[Mobile],
        page: u32,
    ) -> Result<Vec<Record>, ApiProblem> {
        let path = "/v2/sms/get_record.json";
        let mut form = window(from, to, page);
        // The default is domestic messages only.
        form.push(("type", "all".to_owned()));
        if !mobiles.is_empty() {
            form.push(("mobile", mobiles.iter().map(|mobile| mobile.wire()).collect::<Vec<_>>().join(",")));
        }
        let answer = self.read(path, &form).await?;
        let rows = self.rows(path, &answer, &["data", "records", "list", "sms"])?;
        let records: Option<Vec<Record>> = rows.iter().map(|row| record(row.as_object()?, mobiles)).collect();
        records.ok_or_else(|| self.shape(Expected::List, path, &answer))
    }

    /// All of them, page by page, until one brings nothing new; a message that moved to a later page meanwhile is in it
    /// once. A page of theirs may be shorter than we asked for, and half an answer must not pass for a whole one: whoever is
    /// not in it counts as absent.
    ///
    /// # Errors
    /// As [`Client::get_record`]; never a part of the answer.
    pub async fn records(&self, from: Timestamp, to: Timestamp, mobiles: &[Mobile]) -> Result<Vec<Record>, ApiProblem> {
        let (mut all, mut seen) = (Vec::new(), HashSet::new());
        for page in 1..=MOST_PAGES {
            let rows = self.get_record(from, to, mobiles, page).await?;
            let before = all.len();
            all.extend(rows.into_iter().filter(|record| seen.insert((record.sid, record.mobile))));
            if all.len() == before {
                return Ok(all);
            }
        }
        Err(too_many())
    }

    /// What recipients wrote back between two moments: the source of opt-outs. Pages until one brings nothing new.
    ///
    /// # Errors
    /// Why they could not be read; never a part of the answer.
    pub async fn get_reply(&self, from: Timestamp, to: Timestamp) -> Result<Vec<Reply>, ApiProblem> {
        let path = "/v2/sms/get_reply.json";
        let (mut all, mut seen) = (Vec::new(), HashSet::new());
        for page in 1..=MOST_PAGES {
            let answer = self.read(path, &window(from, to, page)).await?;
            let rows = self.rows(path, &answer, &["data", "sms_reply", "replies", "list"])?;
            let before = all.len();
            let replies = rows.iter().filter_map(Value::as_object).map(reply);
            all.extend(replies.filter(|r| seen.insert((r.id.clone(), r.mobile, r.text.clone(), r.at))));
            if all.len() == before {
                return Ok(all);
            }
        }
        Err(too_many())
    }

    /// Takes up to 100 delivery reports. **Consumes them**: what is returned is not returned again, so store it
    /// before the next pull; made once.
    ///
    /// # Errors
    /// Why nothing could be read. After [`ApiProblem::NoAnswer`] some reports may be lost to us.
    pub async fn pull_status(&self) -> Result<Vec<DeliveryReport>, ApiProblem> {
        let path = "/v2/sms/pull_status.json";
        let answer = self.once(path, &vec![("page_size", PAGE_SIZE.to_string())]).await?;
        let rows = self.rows(path, &answer, &["data", "sms_status", "list"])?;
        let reports: Vec<DeliveryReport> = rows.iter().filter_map(|row| report(row.as_object()?)).collect();
        if reports.len() < rows.len() {
            // They are gone over there: keep the answer, and the ones that can be read.
            let _ = self.shape(Expected::List, path, &answer);
        }
        Ok(reports)
    }
}

fn window(from: Timestamp, to: Timestamp, page: u32) -> Form<'static> {
    vec![
        ("start_time", clock::to_wire(from)),
        ("end_time", clock::to_wire(to)),
        ("page_num", page.to_string()),
        ("page_size", PAGE_SIZE.to_string()),
    ]
}

fn too_many() -> ApiProblem {
    ApiProblem::Undecodable { why: format!("more than {MOST_PAGES} pages"), body: String::new() }
}

/// A number that cannot be read, or that two of the `asked` may be, stays open: whoever judges must not take it for
/// somebody else's.
fn record(row: &Map<String, Value>, asked: &[Mobile]) -> Option<Record> {
    let is_failed_send = matches!(wire::field(row, "send_status").as_str(), "FAIL" | "FAILED");
    let status = if is_failed_send { ReportStatus::Failed } else { status(row) };
    Some(Record {
        sid: MessageSid(wire::int(row.get("sid")?)?),
        mobile: row.get("mobile").and_then(|number| wire::mobile_among(number, asked)),
        send_time: row.get("send_time").and_then(wire::time),
        text: wire::field(row, "text"),
        status,
        received_at: row.get("user_receive_time").and_then(wire::time),
        error: wire::field(row, "error_msg"),
        uid: row.get("uid").and_then(wire::text).filter(|uid| !uid.is_empty()),
        segments: Segments(row.get("fee").and_then(segments).unwrap_or_default()),
    })
}

/// Segments, which some records write as `1.0`.
fn segments(value: &Value) -> Option<u32> {
    let units = wire::money(value)?.units();
    u32::try_from(units / 10_000).ok()
}

fn report(row: &Map<String, Value>) -> Option<DeliveryReport> {
    Some(DeliveryReport {
        sid: MessageSid(wire::int(row.get("sid")?)?),
        mobile: row.get("mobile").and_then(wire::mobile),
        status: status(row),
        received_at: row.get("user_receive_time").and_then(wire::time),
        error: wire::field(row, "error_msg"),
        uid: row.get("uid").and_then(wire::text).filter(|uid| !uid.is_empty()),
    })
}

fn status(row: &Map<String, Value>) -> ReportStatus {
    match wire::field(row, "report_status").as_str() {
        "SUCCESS" => ReportStatus::Delivered,
        "FAIL" => ReportStatus::Failed,
        _ => ReportStatus::NoReport,
    }
}

fn reply(row: &Map<String, Value>) -> Reply {
    Reply {
        id: wire::field(row, "id"),
        mobile: row.get("mobile").and_then(wire::mobile),
        text: wire::field(row, "text"),
        at: row.get("reply_time").and_then(wire::time),
    }
}
