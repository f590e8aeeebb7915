//! What the API says about the account before a send: balance, signatures, templates, blocked words.
use super::measure::Measured;
use super::{row, short, unasked};
use crate::campaign::engine::Engine;
use crate::problem::ApiProblem;
use crate::sms::{Check, CheckName, CheckState, Money, Plan, Signature};

/// The answers of the API, as rows.
pub(super) struct Asked {
    pub signature: Check,
    pub template: Check,
    pub words: Check,
    pub balance: Option<Money>,
    unanswered: Option<Check>,
}

impl Asked {
    /// Nothing came in time.
    pub fn not_in_time() -> Self {
        let problem = ApiProblem::NoAnswer { is_timeout: true, why: "no answer in time".to_owned() };
        Self {
            signature: unasked(CheckName::Signature, &problem),
            template: unasked(CheckName::Template, &problem),
            words: unasked(CheckName::BlockedWords, &problem),
            balance: None,
            unanswered: Some(unasked(CheckName::Balance, &problem)),
        }
    }

    /// Whether the balance covers what is needed. It is short by an estimate, so it warns: the vendor refuses with
    /// code 3 when it is really gone, and the campaign pauses.
    pub fn balance_row(&self, needed: Money) -> Check {
        if let Some(check) = &self.unanswered {
            return check.clone();
        }
        match self.balance.and_then(|balance| short(balance, needed)) {
            Some(amount) => row(CheckName::Balance, CheckState::Warn, 0, format!("¥{amount}")),
            None => row(CheckName::Balance, CheckState::Ok, 0, ""),
        }
    }
}

impl Engine {
    /// Asks everything at once.
    ///
    /// # Errors
    /// The account itself is refused: every send would be.
    pub(super) async fn ask_account(&self, plan: &Plan, measured: &Measured) -> Result<Asked, ApiProblem> {
        let text = measured.samples.first().map_or(plan.text.as_str(), |(_, text)| text.as_str());
        let (account, signatures, templates, words) = tokio::join!(
            self.client.user_get(),
            self.client.sign_get(),
            self.client.tpl_get(),
            self.client.black_words(text)
        );
        let account = match account {
            Err(problem) if bars_everything(&problem) => return Err(problem),
            account => account,
        };
        let signature = match (Signature::of(&plan.text), signatures) {
            (None, _) => row(CheckName::Signature, CheckState::Block, 0, ""),
            (Some(_), Err(problem)) => unasked(CheckName::Signature, &problem),
            (Some(ours), Ok(list)) => {
                let ours = ours.to_string();
                let is_there = list.iter().any(|entry| entry.sign == ours && entry.status == "SUCCESS");
                row(CheckName::Signature, if is_there { CheckState::Ok } else { CheckState::Warn }, 0, ours)
            }
        };
        let template = match templates {
            Err(problem) => unasked(CheckName::Template, &problem),
            Ok(list) => match list.iter().find(|entry| entry.status == "SUCCESS" && entry.fits(text)) {
                Some(entry) => row(CheckName::Template, CheckState::Ok, 0, entry.id.to_string()),
                None => row(CheckName::Template, CheckState::Warn, 0, ""),
            },
        };
        let words = match words {
            Err(problem) => unasked(CheckName::BlockedWords, &problem),
            Ok(found) if found.is_empty() => row(CheckName::BlockedWords, CheckState::Ok, 0, ""),
            Ok(found) => row(CheckName::BlockedWords, CheckState::Block, found.len() as u64, found.join(", ")),
        };
        let (balance, unanswered) = match account {
            Ok(account) => (Some(account.balance), None),
            Err(problem) => (None, Some(unasked(CheckName::Balance, &problem))),
        };
        Ok(Asked { signature, template, words, balance, unanswered })
    }
}

/// A wrong key (-1) and a machine that the account does not know (-3) bar every endpoint. A key that may not read the
/// account (-2) may well send (`api/yunpian-v2.md`, codes).
const fn bars_everything(problem: &ApiProblem) -> bool {
    matches!(problem, ApiProblem::Refused { code: -1 | -3, .. })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sms::TemplateEntry;

    #[test]
    fn only_what_bars_every_endpoint_ends_a_preflight() {
        let refused = |code: i32| ApiProblem::Refused { code, msg: String::new(), detail: String::new() };
        assert!(bars_everything(&refused(-1)) && bars_everything(&refused(-3)));
        assert!(!bars_everything(&refused(-2)) && !bars_everything(&refused(-50)) && !bars_everything(&refused(3)));
    }

    fn fits(content: &str, text: &str) -> bool {
        TemplateEntry { id: 1, content: content.to_owned(), status: "SUCCESS".to_owned() }.fits(text)
    }

    #[test]
    fn a_text_fits_a_template_when_only_the_variables_differ() {
        assert!(fits("【#company#】您的验证码是#code#", "【云雀】您的验证码是1234"));
        assert!(fits("【云雀】固定文字", "【云雀】固定文字"));
        assert!(!fits("【云雀】固定文字", "【云雀】固定文字吗"));
        assert!(!fits("【#company#】您的验证码是#code#。", "【云雀】您的验证码是1234"));
    }
}
