//! The account behind a key, and what it may send (`api/yunpian-v2.md` §7).
use serde_json::Value;

use super::{Client, wire};
use crate::problem::{ApiProblem, Expected};
use crate::sms::{Account, SignatureEntry, TemplateEntry};

impl Client {
    /// Checks the key and says what is left (`user/get`).
    ///
    /// # Errors
    /// Why the account could not be read; [`ApiProblem::Refused`] -1 for a wrong key.
    pub async fn user_get(&self) -> Result<Account, ApiProblem> {
        let path = "/v2/user/get.json";
        let answer = self.read(path, &Vec::new()).await?;
        let account = wire::object(&answer, &["data", "user"]);
        let balance = account.and_then(|fields| wire::money(fields.get("balance")?));
        let (Some(fields), Some(balance)) = (account, balance) else {
            return Err(self.shape(Expected::Account, path, &answer));
        };
        let alarm_balance = fields.get("alarm_balance").and_then(wire::money);
        Ok(Account { nick: wire::field(fields, "nick"), balance, alarm_balance })
    }

    /// The account's templates (`tpl/get`).
    ///
    /// # Errors
    /// Why they could not be read.
    pub async fn tpl_get(&self) -> Result<Vec<TemplateEntry>, ApiProblem> {
        let answer = self.read("/v2/tpl/get.json", &Vec::new()).await?;
        let rows = self.rows("/v2/tpl/get.json", &answer, &["template", "tpl", "data"])?;
        let entries = rows.iter().filter_map(Value::as_object).map(|row| TemplateEntry {
            id: row.get("tpl_id").and_then(wire::int).unwrap_or_default(),
            content: wire::field(row, "tpl_content"),
            status: wire::field(row, "check_status"),
        });
        Ok(entries.collect())
    }

    /// The account's signatures (`sign/get`).
    ///
    /// # Errors
    /// Why they could not be read.
    pub async fn sign_get(&self) -> Result<Vec<SignatureEntry>, ApiProblem> {
        let answer = self.read("/v2/sign/get.json", &Vec::new()).await?;
        let rows = self.rows("/v2/sign/get.json", &answer, &["sign", "data"])?;
        let entries = rows
            .iter()
            .filter_map(Value::as_object)
            .map(|row| SignatureEntry { sign: wire::field(row, "sign"), status: wire::field(row, "check_status") });
        Ok(entries.collect())
    }

    /// The words of `text` that would be refused (`sms/get_black_word`).
    ///
    /// # Errors
    /// Why they could not be read.
    pub async fn black_words(&self, text: &str) -> Result<Vec<String>, ApiProblem> {
        let path = "/v2/sms/get_black_word.json";
        let answer = self.read(path, &vec![("text", text.to_owned())]).await?;
        // Older answers hold the words as one text between commas.
        let joined = wire::object(&answer, &["result", "data"]).and_then(|fields| fields.get("black_word")?.as_str());
        if let Some(joined) = joined {
            let words = joined.split([',', '，']).map(str::trim).filter(|word| !word.is_empty());
            return Ok(words.map(str::to_owned).collect());
        }
        let rows = self.rows(path, &answer, &["black_word", "black_words", "words", "result", "data"])?;
        Ok(rows.iter().filter_map(wire::text).collect())
    }

    /// The list of an answer, or the shape problem.
    pub(super) fn rows<'a>(&self, path: &str, answer: &'a Value, names: &[&str]) -> Result<&'a [Value], ApiProblem> {
        wire::list(answer, names).ok_or_else(|| self.shape(Expected::List, path, answer))
    }
}
