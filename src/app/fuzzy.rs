//! Fuzzy matching, the only place that knows the library.
use frizbee::{Config, Matcher, Pattern};

/// The haystacks that `needle` matches, best first, as indices; all of them in their order for a blank needle. Words
/// of the needle are matched one by one and all must be found, in any order.
pub fn rank<S: AsRef<str>>(needle: &str, haystacks: &[S]) -> Vec<usize> {
    let words: Vec<Pattern> = needle.split_whitespace().map(Pattern::from).collect();
    if words.is_empty() {
        return (0..haystacks.len()).collect();
    }
    let mut matcher = Matcher::from_patterns(&words, &Config::default());
    matcher.match_list(haystacks).into_iter().filter_map(|found| usize::try_from(found.index).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_words_must_be_found_in_any_order() {
        let links = ["双12 VIP early access vip", "黑五预热 Black Friday", "会员日 Members day vip"];
        assert_eq!(rank("", &links), [0, 1, 2]);
        assert_eq!(rank("blk fri", &links), [1]);
        assert_eq!(rank("vip 双12", &links), [0]);
        assert_eq!(rank("会员", &links), [2]);
        assert_eq!(rank("zzz", &links), [0_usize; 0]);
    }
}
