//! What the vendor remembers.
use jiff::Timestamp;

use super::Client;
use crate::problem::ApiProblem;
use crate::sms::{DeliveryReport, Mobile, Record, Reply};

fn later<T>() -> Result<T, ApiProblem> {
    Err(ApiProblem::Setup { why: "not built".to_owned() })
}
impl Client {
    pub async fn get_record(
        &self,
        _from: Timestamp,
        _to: Timestamp,
        _mobiles: &[Mobile],
        _page: u32,
    ) -> Result<Vec<Record>, ApiProblem> {
        later()
    }
    pub async fn records(
        &self,
        _from: Timestamp,
        _to: Timestamp,
        _mobiles: &[Mobile],
    ) -> Result<Vec<Record>, ApiProblem> {
        later()
    }
    pub async fn get_reply(&self, _from: Timestamp, _to: Timestamp) -> Result<Vec<Reply>, ApiProblem> {
        later()
    }
    pub async fn pull_status(&self) -> Result<Vec<DeliveryReport>, ApiProblem> {
        later()
    }
}
