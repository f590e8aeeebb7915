//! Whether a text says how to opt out: `拒收请回复R`, `回T退订`, `退订回N`, `Reply STOP`, `unsubscribe`.

/// The letters that carriers and vendors take for no.
const LETTERS: [&str; 5] = ["R", "T", "TD", "N", "QX"];

/// The words that say so, as they stand there.
pub(super) fn words(text: &str) -> Option<&str> {
    let replies = text.match_indices(['回', '复', '發', '发']).find_map(|(at, verb)| answer(text, at, verb.len()));
    replies.or_else(|| plain(text)).or_else(|| stop(text))
}

/// `回R`, `回复 T`, `回“TD”`: a verb, then one of the letters by itself.
fn answer(text: &str, at: usize, verb: usize) -> Option<&str> {
    let rest = text[at + verb..].trim_start_matches(|c: char| c.is_whitespace() || "复復：:“\"'‘「【[(（".contains(c));
    let letters: String = rest.chars().take_while(char::is_ascii_alphabetic).collect();
    let is_one = LETTERS.iter().any(|known| known.eq_ignore_ascii_case(&letters));
    let end = text.len() - rest.len() + letters.len();
    is_one.then(|| &text[at..end])
}

/// Words that mean nothing else.
fn plain(text: &str) -> Option<&str> {
    let lower = text.to_ascii_lowercase();
    ["退订", "unsubscribe", "opt out", "opt-out"]
        .iter()
        .find_map(|words| lower.find(words).map(|at| &text[at..at + words.len()]))
}

/// `STOP`, where something asks for it: the word alone may be any word.
fn stop(text: &str) -> Option<&str> {
    let lower = text.to_ascii_lowercase();
    let is_asked = ["reply", "text", "txt", "send", "回", "发"].iter().any(|verb| lower.contains(verb));
    let at = lower.match_indices("stop").map(|(at, _)| at).find(|at| {
        let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
        !is_letter(lower[..*at].chars().next_back()) && !is_letter(lower[at + 4..].chars().next())
    });
    at.filter(|_| is_asked).map(|at| &text[at..at + 4])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_how_to_opt_out_is_told_from_what_only_sounds_like_it() {
        for text in [
            "【云雀】开抢 拒收请回复R",
            "【云雀】开抢 回R拒收",
            "【云雀】开抢 回T退订",
            "【云雀】开抢，回复 TD 退订",
            "【云雀】开抢，退订回N",
            "【云雀】开抢，回“T”拒收",
            "[Yunque] Sale! Reply STOP to end",
            "[Yunque] Sale! Unsubscribe: y.cn/u",
            "[Yunque] Sale! Text stop to opt out",
        ] {
            assert!(words(text).is_some(), "{text}");
        }
        for text in [
            "【云雀】因破损拒收快递，请联系我们",
            "【云雀】请回复TRUE",
            "【云雀】nonstop sale, send a friend",
            "【云雀】回家R1路",
        ] {
            assert_eq!(words(text), None, "{text}");
        }
    }
}
