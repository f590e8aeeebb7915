//! The account behind a key, and what it may send.
use super::Client;
use crate::problem::ApiProblem;
use crate::sms::{Account, SignatureEntry, TemplateEntry};

fn later<T>() -> Result<T, ApiProblem> {
    Err(ApiProblem::Setup { why: "not built".to_owned() })
}
impl Client {
    pub async fn user_get(&self) -> Result<Account, ApiProblem> {
        later()
    }
    pub async fn tpl_get(&self) -> Result<Vec<TemplateEntry>, ApiProblem> {
        later()
    }
    pub async fn sign_get(&self) -> Result<Vec<SignatureEntry>, ApiProblem> {
        later()
    }
    pub async fn black_words(&self, _text: &str) -> Result<Vec<String>, ApiProblem> {
        later()
    }
}
