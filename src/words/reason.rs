//! Why a row was left out, in the reader's language.
use super::Lang;
use crate::sms::{NotAMobile, RejectReason, visible};

/// A word or two for a list or a column of rejected rows: `too short`, `与第 7 行重复`.
#[must_use]
pub fn words(reason: RejectReason, lang: Lang) -> String {
    match reason {
        RejectReason::Duplicate { of } => lang.files_reason_duplicate(of),
        RejectReason::OptedOut => lang.files_reason_opted_out().to_owned(),
        RejectReason::Unreadable => lang.files_reason_unreadable().to_owned(),
        RejectReason::Recent => lang.files_reason_recent().to_owned(),
        RejectReason::Repeated => lang.files_reason_repeated().to_owned(),
        RejectReason::LacksValue => lang.files_reason_lacks_value().to_owned(),
        RejectReason::NotAMobile(why) => of_number(why, lang).to_owned(),
    }
}

/// What the suppression list says of a number put there by hand, by a file, by the vendor's code 10, and by a reply,
/// whose words follow.
pub const OPT_OUTS: [&str; 4] = ["by hand", "import", "code 10", "reply "];

/// Why a number is on the suppression list, in a word or two; what nobody knows is shown as it is.
#[must_use]
pub fn opted_out(why: &str, lang: Lang) -> String {
    let [by_hand, import, vendor, reply] = OPT_OUTS;
    match why.strip_prefix(reply) {
        Some(words) => lang.files_opted_out_reply(visible(words)),
        None if why == by_hand => lang.files_opted_out_by_hand().to_owned(),
        None if why == import => lang.files_opted_out_import().to_owned(),
        None if why == vendor => lang.files_opted_out_vendor().to_owned(),
        None => visible(why).into_owned(),
    }
}

/// Why a text is no mobile number, in a word or two.
#[must_use]
pub const fn of_number(why: NotAMobile, lang: Lang) -> &'static str {
    match why {
        NotAMobile::Empty => lang.files_reason_empty(),
        NotAMobile::NotDigits => lang.files_reason_not_digits(),
        NotAMobile::TooShort => lang.files_reason_too_short(),
        NotAMobile::TooLong => lang.files_reason_too_long(),
        NotAMobile::Landline => lang.files_reason_landline(),
        NotAMobile::NoMobilePrefix => lang.files_reason_no_mobile_prefix(),
        NotAMobile::NoSuchNumber => lang.files_reason_no_such_number(),
    }
}
