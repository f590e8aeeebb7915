//! Short links.
use jiff::Timestamp;

use super::Client;
use crate::problem::ApiProblem;
use crate::sms::{ShortLink, Sid, Stat};

fn later<T>() -> Result<T, ApiProblem> {
    Err(ApiProblem::Setup { why: "not built".to_owned() })
}
impl Client {
    pub async fn shorten(
        &self,
        _long_url: &str,
        _name: Option<&str>,
        _stat_duration: Option<u8>,
    ) -> Result<ShortLink, ApiProblem> {
        later()
    }
    pub async fn stat(&self, _sid: &Sid, _from: Timestamp, _to: Timestamp) -> Result<Stat, ApiProblem> {
        later()
    }
    pub async fn time_series_stats(&self, _sid: &Sid, _from: Timestamp, _to: Timestamp) -> Result<Stat, ApiProblem> {
        later()
    }
}
