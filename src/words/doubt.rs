//! Why an outcome is unknown, in the reader's language. The journal keeps English words, as `yunpian/outcome.rs` and the
//! engine write them; what is not known here is shown as it stands there.
use super::Lang;
use crate::sms::{Code, DoubtReason, visible};

/// What a request got instead of an answer, a few words that follow "got": `HTTP 500`, `no answer in time`.
#[must_use]
pub fn words(why: &str, lang: Lang) -> String {
    let fixed = match why {
        "the process that was sending died" => lang.doubt_died(),
        "interrupted before the answer came" => lang.doubt_interrupted(),
        "the answer names another number" => lang.doubt_another_number(),
        "the answer names the number twice" | "answered twice" => lang.doubt_twice(),
        "the answer does not name the number" | "missing in the answer" => lang.doubt_missing(),
        "the answer names none of the numbers" => lang.doubt_none_named(),
        _ => "",
    };
    if !fixed.is_empty() {
        return fixed.to_owned();
    }
    let known = if let Some(rest) = why.strip_prefix("no answer: ") {
        Some(unanswered(rest, lang))
    } else if let Some(rest) = why.strip_prefix("HTTP ") {
        of_status(rest, lang)
    } else {
        why.strip_prefix("code ").and_then(|rest| contradicted(rest, lang))
    };
    known.unwrap_or_else(|| visible(why).into_owned())
}

/// A reason with its requests: `3 requests got HTTP 500`.
#[must_use]
pub fn line(reason: &DoubtReason, lang: Lang) -> String {
    lang.doubt_requests(reason.requests, words(&reason.why, lang))
}

/// All reasons in one line, most first; empty for none.
#[must_use]
pub fn lines(reasons: &[DoubtReason], lang: Lang) -> String {
    let all: Vec<String> = reasons.iter().map(|reason| line(reason, lang)).collect();
    all.join(lang.doubt_between())
}

fn unanswered(rest: &str, lang: Lang) -> String {
    let is_timeout = ["timed out", "in time", "too long"].iter().any(|sign| rest.contains(sign));
    if is_timeout { lang.doubt_timed_out().to_owned() } else { lang.doubt_cut(visible(rest)) }
}

/// What follows `HTTP `.
fn of_status(rest: &str, lang: Lang) -> Option<String> {
    let (status, rest) = rest.split_once(", ").unwrap_or((rest, ""));
    let number: u16 = status.parse().ok()?;
    Some(match rest {
        "" if (300..400).contains(&number) => lang.doubt_redirect(status),
        "" => lang.doubt_status(status),
        "no code" => lang.doubt_no_code(status),
        "an empty body" => lang.doubt_empty(status),
        "no entry for any number" => lang.doubt_none_named().to_owned(),
        _ if rest.starts_with("not an answer of the API") => lang.doubt_not_ours(status),
        _ => {
            let rest = rest.strip_prefix("code ")?;
            let (code, msg) = rest.split_once(": ").or_else(|| rest.split_once(", ")).unwrap_or((rest, ""));
            let code: i32 = code.parse().ok()?;
            let msg = if msg == "no entry for any number" { "" } else { msg };
            lang.doubt_code(code, Code(code).meaning(lang), visible(msg)).trim_end().to_owned()
        }
    })
}

/// Codes 8 and 9 after an earlier attempt.
fn contradicted(rest: &str, lang: Lang) -> Option<String> {
    let (code, _) = rest.strip_suffix(": an earlier attempt may have been accepted")?.split_once(", ")?;
    code.parse::<i32>().ok().map(|code| lang.doubt_earlier(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_journal_wrote_is_said_in_both_languages() {
        let both = |why: &str| [words(why, Lang::En), words(why, Lang::ZhCn)];
        assert_eq!(both("HTTP 500"), ["HTTP 500", "HTTP 500"]);
        assert_eq!(both("HTTP 307")[0], "HTTP 307, a redirect, which was not followed");
        assert_eq!(both("no answer: operation timed out"), ["no answer in time", "没有及时应答"]);
        assert!(both("HTTP 200, not an answer of the API (line 1, column 17)")[0].starts_with("HTTP 200"));
        let coded = both("HTTP 400, code -50: internal\u{1b}");
        assert_eq!(coded[0], "code -50: An error inside the vendor's system. internal<1B>");
        assert!(coded[1].starts_with("代码 -50："), "{coded:?}");
        assert_eq!(both("HTTP 200, code 7, no entry for any number")[0], "code 7: The template is not usable.");
        assert!(both("code 8, too often: an earlier attempt may have been accepted")[0].starts_with("code 8, "));
        assert_eq!(both("something else\u{202e}"), ["something else<U+202E>", "something else<U+202E>"]);
    }

    #[test]
    fn a_reason_is_told_with_its_requests() {
        let reason = |requests: u64| DoubtReason { why: "HTTP 500".into(), requests, recipients: 600 };
        assert_eq!(line(&reason(3), Lang::En), "3 requests got HTTP 500");
        assert_eq!(line(&reason(1), Lang::En), "1 request got HTTP 500");
        assert_eq!(lines(&[reason(3), reason(1)], Lang::ZhCn), "3 次请求：HTTP 500；1 次请求：HTTP 500");
    }
}
