//! What can go wrong between us and the API.
use std::path::PathBuf;

use super::{Explain, Sent};
use crate::sms::{Class, Code, visible};
use crate::words::Lang;

/// A call that did not bring what was asked for. Owned by `yunpian/`; no variant ever holds the key or a URL with it.
///
/// Sends never end here: what became of a send is a [`crate::sms::Outcome`] for each number, so [`Explain::sent`] is
/// [`Sent::No`] but where a link was made, or may have been.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiProblem {
    /// The connection was never made: nothing was written.
    #[error("no connection ({how:?}): {why}")]
    Connect {
        /// At which step it failed.
        how: Unreachable,
        /// The system's words.
        why: String,
    },
    /// No answer in time, or the connection was cut.
    #[error("no answer: {why}")]
    NoAnswer {
        /// Whether time ran out; otherwise the connection was cut.
        is_timeout: bool,
        /// The system's words.
        why: String,
    },
    /// A redirect; never followed, as that would hand the key to another host.
    #[error("HTTP {status}, a redirect to {}", to.as_deref().unwrap_or("nowhere"))]
    Redirected {
        /// The HTTP status.
        status: u16,
        /// Scheme and host that it pointed to, nothing further: paths and queries may hold secrets.
        to: Option<String>,
    },
    /// An answer that is not the API's: HTML, an empty body, a proxy's error page.
    #[error("HTTP {status}, not an answer of the API: {body}")]
    Foreign {
        /// The HTTP status.
        status: u16,
        /// The beginning of the body, control characters made visible; empty when the body was.
        body: String,
    },
    /// JSON that is cut, or of other types than the contract's.
    #[error("undecodable answer ({why}): {body}")]
    Undecodable {
        /// The decoder's words.
        why: String,
        /// The beginning of the body, control characters made visible.
        body: String,
    },
    /// The vendor said no.
    #[error("refused, code {code}: {msg} ({detail})")]
    Refused {
        /// The vendor's code.
        code: i32,
        /// The vendor's words.
        msg: String,
        /// The vendor's further words.
        detail: String,
    },
    /// An answer of the API in a shape nobody has published; it is kept for a look.
    #[error("unexpected shape, wanted {expected:?}")]
    Shape {
        /// What was looked for.
        expected: Expected,
        /// The answer as it came, the key replaced should the answer echo it.
        raw: String,
        /// Where the answer was saved, if it could be.
        saved: Option<PathBuf>,
    },
    /// A link was asked for, and no answer says whether it was made.
    #[error("a link may have been made: {0}")]
    PerhapsMade(Box<Self>),
    /// A link was made, and the answer leaves out its address.
    #[error("link {sid} was made, its address is not in the answer")]
    NoAddress {
        /// The link.
        sid: String,
    },
    /// Who clicked a link is not to be had from the API: `clicked` is not there, not permitted, or cannot be read. The
    /// vendor's sheet has it (`api/yunpian-v2.md` §4).
    #[error("clicks of {sid} by number: {why}")]
    NotByNumber {
        /// The link.
        sid: String,
        /// Its clicks in total, where `stat` has just said so.
        total: Option<u64>,
        /// What `clicked` answered.
        why: Box<Self>,
    },
    /// The client itself could not be made (a broken base URL or proxy setting).
    #[error("the client cannot be made: {why}")]
    Setup {
        /// The library's words.
        why: String,
    },
}

/// What `stat` and `clicked` answer for a link that does not exist or is another account's.
const NO_SUCH_LINK: i32 = -55;

/// The step at which a connection failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unreachable {
    /// The host's name could not be resolved.
    Dns,
    /// The host said no.
    Refused,
    /// The certificate or the handshake.
    Tls,
    /// Time ran out before the connection stood.
    Timeout,
    /// Anything else: no route, a proxy's refusal.
    Other,
}

/// What an answer should have held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Expected {
    /// Clicks by number.
    Clicks,
    /// A short link.
    Link,
    /// A link's totals or series.
    Stat,
    /// A list: records, replies, templates, signatures, words.
    List,
    /// The account.
    Account,
}

impl Explain for ApiProblem {
    fn kind(&self) -> &'static str {
        match self {
            Self::Connect { .. } => "connect",
            Self::NoAnswer { .. } => "no-answer",
            Self::Redirected { .. } => "redirect",
            Self::Foreign { .. } => "http",
            Self::Undecodable { .. } => "undecodable",
            Self::Refused { .. } => "api",
            Self::Shape { .. } => "shape",
            Self::NotByNumber { why, .. } | Self::PerhapsMade(why) => why.kind(),
            Self::NoAddress { .. } => "no-address",
            Self::Setup { .. } => "setup",
        }
    }

    fn code(&self) -> Option<i32> {
        match self {
            Self::Refused { code, .. } => Some(*code),
            Self::NotByNumber { why, .. } | Self::PerhapsMade(why) => why.code(),
            _ => None,
        }
    }

    /// A link counts as what was sent: making it again by mistake makes a second one.
    fn sent(&self) -> Sent {
        match self {
            Self::PerhapsMade(_) => Sent::Unknown,
            Self::NoAddress { .. } => Sent::Yes,
            _ => Sent::No,
        }
    }

    fn effect(&self, lang: Lang) -> &'static str {
        match self {
            Self::PerhapsMade(_) => lang.api_link_perhaps_made(),
            Self::NoAddress { .. } => lang.api_link_made(),
            _ => lang.problem_nothing_sent(),
        }
    }

    fn what(&self, lang: Lang) -> String {
        let sentence = match self {
            Self::Connect { how, why } => match how {
                Unreachable::Dns => lang.api_connect_dns(why),
                Unreachable::Refused => lang.api_connect_refused(why),
                Unreachable::Tls => lang.api_connect_tls(why),
                Unreachable::Timeout => lang.api_connect_timeout(why),
                Unreachable::Other => lang.api_connect_other(why),
            },
            Self::NoAnswer { is_timeout: true, .. } => lang.api_timed_out().to_owned(),
            Self::NoAnswer { is_timeout: false, why } => lang.api_cut(why),
            Self::Redirected { status, to } => {
                lang.api_redirected(status, to.as_deref().unwrap_or(lang.api_somewhere()))
            }
            Self::Foreign { status, body } if body.is_empty() => lang.api_empty(status),
            Self::Foreign { status, body } => match status {
                401 | 403 | 407 => lang.api_foreign_denied(status, body),
                404 | 405 | 410 => lang.api_foreign_missing(status, body),
                500.. => lang.api_foreign_failing(status, body),
                _ => lang.api_foreign_other(status, body),
            },
            Self::Undecodable { why, body } => lang.api_undecodable(why, body),
            Self::Refused { code, msg, detail } => {
                let words = if detail.is_empty() { msg.clone() } else { format!("{msg} ({detail})") };
                lang.api_refused(code, Code(*code).meaning(lang), words)
            }
            Self::Shape { expected, saved: Some(path), .. } => {
                lang.api_shape_saved(expected.name(lang), path.display())
            }
            Self::Shape { expected, .. } => lang.api_shape(expected.name(lang)),
            Self::NotByNumber { total, why, .. } => {
                let known = match total {
                    Some(total) => lang.api_not_by_number_total(*total),
                    None => lang.api_not_by_number().to_owned(),
                };
                [known, why.what(lang)].join(lang.problem_between())
            }
            Self::PerhapsMade(why) => why.what(lang),
            Self::NoAddress { sid } => lang.api_no_address(visible(sid)),
            Self::Setup { why } => lang.api_setup(why),
        };
        lang.closed(sentence)
    }

    fn now(&self, lang: Lang) -> String {
        let fixed = match self {
            Self::Connect { how, .. } => match how {
                Unreachable::Dns => lang.api_connect_dns_now(),
                Unreachable::Refused => lang.api_connect_refused_now(),
                Unreachable::Tls => lang.api_connect_tls_now(),
                Unreachable::Timeout | Unreachable::Other => lang.api_connect_now(),
            },
            Self::NoAnswer { .. } => lang.api_no_answer_now(),
            Self::Redirected { .. } => lang.api_redirected_now(),
            Self::Foreign { status, .. } => match status {
                401 | 403 | 407 => lang.api_foreign_denied_now(),
                404 | 405 | 410 => lang.api_foreign_missing_now(),
                500.. => lang.api_foreign_failing_now(),
                _ => lang.api_foreign_other_now(),
            },
            Self::Shape { expected: Expected::Clicks, .. } => return lang.api_shape_now("SID"),
            Self::NoAddress { sid } => return lang.api_no_address_now(visible(sid)),
            Self::PerhapsMade(why) => {
                // "Try again" is what the operator must not do at once.
                return match **why {
                    Self::Redirected { .. } | Self::Foreign { status: ..500, .. } => {
                        [lang.api_link_perhaps_now(), &why.now(lang)].join(lang.problem_between())
                    }
                    _ => lang.api_link_perhaps_now().to_owned(),
                };
            }
            Self::NotByNumber { sid, total, why } => return sheet(sid, total.is_some(), why, lang),
            Self::Undecodable { .. } | Self::Shape { .. } => lang.api_undecodable_now(),
            // A read leaves nobody in doubt: what a code asks for after a send does not hold here.
            Self::Refused { code: NO_SUCH_LINK, .. } => lang.api_no_such_link_now(),
            // Nothing goes on by itself here, as a campaign would.
            Self::Refused { code: Code::TOO_OFTEN, .. } => lang.api_too_often_now(),
            Self::Refused { code, .. } => match Code(*code).class() {
                Class::Internal | Class::Unlisted => lang.api_refused_read_now(),
                _ => Code(*code).next_step(lang),
            },
            Self::Setup { .. } => lang.api_setup_now(),
        };
        fixed.to_owned()
    }

    fn exit(&self) -> u8 {
        match self {
            Self::Refused { .. } => 3,
            Self::NotByNumber { why, .. } | Self::PerhapsMade(why) => why.exit(),
            _ => 1,
        }
    }
}

/// Where the sheet is, and how it is imported. Where not even the total came, what was in the way may be in everything's.
fn sheet(sid: &str, is_reached: bool, why: &ApiProblem, lang: Lang) -> String {
    let sheet = match why {
        ApiProblem::Shape { .. } => return lang.api_shape_now(sid),
        _ => lang.api_sheet_now(sid),
    };
    let is_permission = why.code() == Some(Code::NOT_PERMITTED);
    if is_reached && !is_permission { sheet } else { [sheet, why.now(lang)].join(lang.problem_between()) }
}

impl Expected {
    const fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Clicks => lang.api_expected_clicks(),
            Self::Link => lang.api_expected_link(),
            Self::Stat => lang.api_expected_stat(),
            Self::List => lang.api_expected_list(),
            Self::Account => lang.api_expected_account(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Problem;

    fn refused(code: i32, msg: &str, detail: &str) -> Problem {
        ApiProblem::Refused { code, msg: msg.into(), detail: detail.into() }.into()
    }

    #[test]
    fn what_to_do_about_a_refused_read_is_not_what_an_unsettled_send_asks_for() {
        let now = |code: i32| refused(code, "no", "").now(Lang::En);
        assert_eq!(now(-55), "The link does not exist or is not this account's: check its id.");
        for code in [-50, -53, -99, 777] {
            assert_eq!(
                now(code),
                "Try again in a few minutes; if it goes on, ask the vendor's support about this code."
            );
        }
        assert_eq!(now(-1), Code(-1).next_step(Lang::En));
    }

    #[test]
    fn the_vendors_words_end_in_a_mark_whatever_they_are() {
        let ends = |msg: &str, detail: &str, lang: Lang, mark: &str| {
            let what = refused(-1, msg, detail).what(lang);
            assert!(what.ends_with(mark), "{what}");
        };
        ends("invalid key", "", Lang::En, "It said: invalid key.");
        ends("invalid key. ", "", Lang::En, "It said: invalid key.");
        ends("请检查apikey", "参数", Lang::ZhCn, "请检查apikey (参数)。");
        ends("请检查！", "", Lang::ZhCn, "原话：请检查！");
        ends("why?", "", Lang::En, "why?");
        let page = ApiProblem::Foreign { status: 404, body: "<html>".into() };
        assert!(page.what(Lang::En).ends_with("<html>."), "{}", page.what(Lang::En));
    }
}
