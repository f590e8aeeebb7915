//! What the API says about the account before a send: balance, signatures, templates, blocked words.
use futures_util::future::join_all;

use super::measure::Measured;
use super::{row, short, unasked};
use crate::campaign::engine::Engine;
use crate::problem::ApiProblem;
use crate::sms::{Check, CheckName, CheckState, Money, Plan, Signature, Template, TemplateEntry};

/// Characters that are asked for blocked words in one call, …
const PAGE: usize = 2_000;
/// … calls at most, …
const PAGES: usize = 10;
/// … and of them at the same time.
const AT_ONCE: usize = 3;

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
        self.balance.map_or_else(|| row(CheckName::Balance, CheckState::Ok, 0, ""), |left| balance_row(left, needed))
    }
}

/// Whether that balance covers what is needed.
pub(super) fn balance_row(balance: Money, needed: Money) -> Check {
    match short(balance, needed) {
        Some(amount) => row(CheckName::Balance, CheckState::Warn, 0, format!("¥{amount}")),
        None => row(CheckName::Balance, CheckState::Ok, 0, ""),
    }
}

impl Engine {
    /// Asks everything at once.
    ///
    /// # Errors
    /// The account itself is refused: every send would be.
    pub(super) async fn ask_account(&self, plan: &Plan, measured: &Measured) -> Result<Asked, ApiProblem> {
        let texts = measured.different_texts(plan);
        let (account, signatures, templates, words) = tokio::join!(
            self.client.user_get(),
            self.client.sign_get(),
            self.client.tpl_get(),
            self.blocked_words(&texts)
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
            Ok(list) => template(plan, measured, &texts, &list),
        };
        let words = match words {
            Err(problem) => unasked(CheckName::BlockedWords, &problem),
            Ok((found, looked)) => blocked(plan, measured, &found, looked),
        };
        let (balance, unanswered) = match account {
            Ok(account) => (Some(account.balance), None),
            Err(problem) => (None, Some(unasked(CheckName::Balance, &problem))),
        };
        Ok(Asked { signature, template, words, balance, unanswered })
    }

    /// The words that the vendor blocks in these texts, and in how many of them it was asked for: several texts go into a
    /// call, and there are few calls.
    async fn blocked_words(&self, texts: &[&str]) -> Result<(Vec<String>, usize), ApiProblem> {
        let pages = pages(texts);
        let looked = pages.iter().map(|(n, _)| n).sum();
        let mut words: Vec<String> = Vec::new();
        for some in pages.chunks(AT_ONCE) {
            let asked: Vec<_> = some.iter().map(|(_, page)| self.client.black_words(page)).collect();
            for found in join_all(asked).await {
                for word in found? {
                    if !words.contains(&word) {
                        words.push(word);
                    }
                }
            }
        }
        Ok((words, looked))
    }
}

/// Texts one below the other, at most [`PAGE`] characters a page (or one text) and [`PAGES`] pages; with how many there are
/// on each.
fn pages(texts: &[&str]) -> Vec<(usize, String)> {
    let mut pages: Vec<(usize, String)> = Vec::new();
    let mut room = 0;
    for text in texts {
        let length = text.chars().count() + 1;
        if length <= room
            && let Some((n, page)) = pages.last_mut()
        {
            *n += 1;
            page.push('\n');
            page.push_str(text);
            room -= length;
        } else if pages.len() == PAGES {
            break;
        } else {
            pages.push((1, (*text).to_owned()));
            room = PAGE.saturating_sub(length);
        }
    }
    pages
}

/// Whether each text fits a template. `detail` of a finding is how many were looked at, where there are several.
fn template(plan: &Plan, measured: &Measured, texts: &[&str], list: &[TemplateEntry]) -> Check {
    let name = CheckName::Template;
    let fitting = |text: &str| list.iter().find(|entry| entry.status == "SUCCESS" && entry.fits(text));
    let strangers: Vec<usize> = (0..texts.len()).filter(|i| fitting(texts[*i]).is_none()).collect();
    if strangers.is_empty() {
        let id = texts.first().and_then(|text| fitting(text)).map(|entry| entry.id.to_string());
        return row(name, CheckState::Ok, 0, id.unwrap_or_default());
    }
    if texts.len() < 2 {
        return row(name, CheckState::Warn, 0, "");
    }
    let whom = strangers.iter().filter_map(|i| measured.texts.get(*i)).map(|(i, _)| plan.recipients.mobiles()[*i]);
    let check = row(name, CheckState::Warn, strangers.len() as u64, texts.len().to_string());
    Check { mobiles: whom.collect(), ..check }
}

/// What is blocked, and whose texts hold it. `count` of a good row is how many texts were looked at, where there are
/// several; its `detail` says when there are more.
fn blocked(plan: &Plan, measured: &Measured, found: &[String], looked: usize) -> Check {
    let name = CheckName::BlockedWords;
    let template = Template::new(&plan.text);
    if found.is_empty() {
        let n = if template.is_plain() { 0 } else { looked as u64 };
        let are_all = !measured.are_more && looked >= measured.texts.len();
        return row(name, CheckState::Ok, n, if are_all { "" } else { "more" });
    }
    let check = row(name, CheckState::Block, found.len() as u64, found.join(", "));
    if template.is_plain() {
        return check;
    }
    let (people, columns) = (&plan.recipients, &plan.recipients.columns);
    let holds = |i: &usize| {
        let text = template.fill(columns, people.values(*i)).unwrap_or_default();
        found.iter().any(|word| text.contains(word.as_str()))
    };
    Check { mobiles: (0..people.len()).filter(holds).map(|i| people.mobiles()[i]).collect(), ..check }
}

/// A wrong key (-1) and a machine that the account does not know (-3) bar every endpoint. A key that may not read the
/// account (-2) may well send (`api/yunpian-v2.md`, codes).
const fn bars_everything(problem: &ApiProblem) -> bool {
    matches!(problem, ApiProblem::Refused { code: -1 | -3, .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_bars_every_endpoint_ends_a_preflight() {
        let refused = |code: i32| ApiProblem::Refused { code, msg: String::new(), detail: String::new() };
        assert!(bars_everything(&refused(-1)) && bars_everything(&refused(-3)));
        assert!(!bars_everything(&refused(-2)) && !bars_everything(&refused(-50)) && !bars_everything(&refused(3)));
    }

    #[test]
    fn texts_share_calls_and_calls_are_few() {
        let long = "长".repeat(900);
        assert_eq!(pages(&["一", "二"]), [(2, "一\n二".to_owned())]);
        assert_eq!(pages(&[&long, &long, &long]).iter().map(|(n, _)| *n).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(pages(&vec![long.as_str(); 99]).iter().map(|(n, _)| n).sum::<usize>(), 20);
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
