//! What was copied, as the message line names it.
/// So many characters of what was copied are repeated in the message.
const NAMED: usize = 40;

/// What was copied, in few words: its beginning, the middle of whole numbers masked, as messages stay on the screen.
pub(super) fn named(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let cut: String = line.chars().take(NAMED).collect();
    let is_cut = cut.len() < text.trim_end().len();
    let mut shown = String::new();
    let mut digits = String::new();
    for c in cut.chars().chain(['\0']) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        if digits.len() >= 9 {
            shown.push_str(&digits[..3]);
            shown.push_str("****");
            shown.push_str(&digits[digits.len() - 4..]);
        } else {
            shown.push_str(&digits);
        }
        digits.clear();
        if c != '\0' {
            shown.push(c);
        }
    }
    if is_cut {
        shown.push('~');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_copied_is_named_without_whole_numbers() {
        assert_eq!(named("https://dx5.cn/Bf26Kq"), "https://dx5.cn/Bf26Kq");
        assert_eq!(named("yunque send --to 13800138000,13900139000 x"), "yunque send --to 138****8000,139****9000~");
        assert_eq!(named("【云雀】您好\ndx5.cn/a"), "【云雀】您好~");
    }
}
