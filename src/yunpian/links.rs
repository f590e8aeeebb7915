//! Short links: making one, and its totals (`api/yunpian-v2.md` §1, §5, §6).
use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::client::Form;
use super::{Client, clock, wire};
use crate::problem::{ApiProblem, Expected};
use crate::sms::{Code, Point, ShortLink, Sid, Stat};

impl Client {
    /// Makes a short link. `name` is an alias for colleagues; `stat_duration` the days (0 to 30) that clicks count.
    /// Made once: when the answer is lost, the link may exist.
    ///
    /// # Errors
    /// Why there is no link; [`ApiProblem::PerhapsMade`] where no answer says whether there is; [`ApiProblem::NoAddress`].
    pub async fn shorten(
        &self,
        long_url: &str,
        name: Option<&str>,
        stat_duration: Option<u8>,
    ) -> Result<ShortLink, ApiProblem> {
        let path = "/v2/short_url/shorten.json";
        let mut form = vec![("long_url", long_url.to_owned())];
        form.extend(name.map(|name| ("name", name.to_owned())));
        form.extend(stat_duration.map(|days| ("stat_duration", days.to_string())));
        let answer = self.once(path, &form).await.map_err(perhaps_made)?;
        let fields = wire::object(&answer, &["short_url", "data"]);
        let Some((fields, sid)) = fields.and_then(|fields| Some((fields, sid(fields)?))) else {
            return Err(perhaps_made(self.shape(Expected::Link, path, &answer)));
        };
        let filled = |name| Some(wire::field(fields, name)).filter(|text| !text.trim().is_empty());
        let Some(short_url) = filled("short_url").or_else(|| filled("enter_url")) else {
            // Kept for a look all the same: it is not what the contract says.
            self.shape(Expected::Link, path, &answer);
            return Err(ApiProblem::NoAddress { sid: sid.0 });
        };
        Ok(ShortLink {
            sid,
            long_url: filled("long_url").unwrap_or_else(|| long_url.to_owned()),
            short_url,
            name: wire::field(fields, "name"),
            stat_expire: fields.get("stat_expire").and_then(wire::time),
        })
    }

    /// Total clicks of a link between two moments (`stat`).
    ///
    /// # Errors
    /// Why they could not be read.
    pub async fn stat(&self, sid: &Sid, from: Timestamp, to: Timestamp) -> Result<Stat, ApiProblem> {
        let path = "/v2/short_url/stat.json";
        let as_of = Timestamp::now();
        let answer = self.read(path, &window(sid, from, to)).await?;
        let counted = answer.get("stat").or_else(|| answer.get("data")?.get("stat")).and_then(Value::as_object);
        let Some(counted) = counted else {
            return Err(self.shape(Expected::Stat, path, &answer));
        };
        let (mut series, mut counters) = (Vec::new(), BTreeMap::new());
        for (key, value) in counted {
            let Some(number) = wire::int(value).or_else(|| i64::try_from(wire::count(value)?).ok()) else {
                return Err(self.shape(Expected::Stat, path, &answer));
            };
            match (clock::from_wire(key), u64::try_from(number)) {
                (Some(at), Ok(clicks)) => series.push(Point { at, clicks }),
                _ => {
                    counters.insert(key.clone(), number);
                }
            }
        }
        series.sort_by_key(|point| point.at);
        Ok(Stat { series, counters, as_of, source: "stat" })
    }

    /// The clicks of a link between two moments as a series (`time_series_stats`); not every account has it.
    ///
    /// # Errors
    /// Why it could not be read.
    pub async fn time_series_stats(&self, sid: &Sid, from: Timestamp, to: Timestamp) -> Result<Stat, ApiProblem> {
        let path = "/v2/short_url/time_series_stats.json";
        let as_of = Timestamp::now();
        let answer = self.read_query(path, &window(sid, from, to)).await?;
        let rows = wire::list(&answer, &["records", "data", "list"]);
        let Some(mut series) = rows.and_then(|rows| rows.iter().map(point).collect::<Option<Vec<Point>>>()) else {
            return Err(self.shape(Expected::Stat, path, &answer));
        };
        series.sort_by_key(|point| point.at);
        // Visitors and addresses of one interval may come again in the next: they are never summed.
        Ok(Stat { series, counters: BTreeMap::new(), as_of, source: "series" })
    }
}

fn window(sid: &Sid, from: Timestamp, to: Timestamp) -> Form<'static> {
    vec![("sid", sid.0.clone()), ("start_time", clock::to_wire(from)), ("end_time", clock::to_wire(to))]
}

/// The link's id, if it is one that can be asked for again.
fn sid(fields: &Map<String, Value>) -> Option<Sid> {
    let sid = wire::field(fields, "sid").trim().to_owned();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    ((1..=64).contains(&sid.len()) && sid.chars().all(is_plain)).then_some(Sid(sid))
}

/// As with a send: only a connection that was never made, and a plain refusal, say for certain that there is no link.
fn perhaps_made(problem: ApiProblem) -> ApiProblem {
    match problem {
        ApiProblem::Connect { .. } | ApiProblem::Setup { .. } => problem,
        ApiProblem::Refused { code, .. } if Code(code).class().is_refusal() => problem,
        problem => ApiProblem::PerhapsMade(Box::new(problem)),
    }
}

fn point(row: &Value) -> Option<Point> {
    let at = wire::time(row.get("pt")?)?;
    let clicks = wire::count(row.get("pv")?)?;
    Some(Point { at, clicks })
}
