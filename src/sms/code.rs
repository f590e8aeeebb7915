//! The vendor's codes: what each means and what may be done about it (`api/yunpian-v2.md`, "Codes").
use jiff::{SignedDuration, Timestamp};

use crate::words::Lang;

/// A code as an answer carries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code(pub i32);

/// What may be done about a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// 0.
    Accepted,
    /// A parameter is missing, malformed or does not fit the others: 1, 2, 14, 25.
    FixInput,
    /// The account cannot pay: 3, 26, 27. Pause, top up.
    Balance,
    /// The text, its template or its signature: 4, 5, 6, 7, 15, 16, 18.
    FixText,
    /// This number, this text, too often: 8, 9, 17, 22. Later; after an ambiguous attempt, 8 and 9 are evidence that
    /// it was accepted.
    NumberLater,
    /// The number has opted out: 10.
    Suppress,
    /// The number's country: 20, 23.
    Country,
    /// Some account setting or the carrier: 24, 28.
    Account,
    /// The key: -1.
    StopKey,
    /// The key may not do this, or not from here: -2, -3, -6.
    StopPermission,
    /// The account's call quota: -4.
    Quota,
    /// Called too often: -5. Not accepted; the one refusal that the program may try again by itself, slower.
    SlowDown,
    /// Marketing SMS are suspended: 13.
    Suspended,
    /// A mistake of ours: 11, 12, 19, 21.
    Defect,
    /// The vendor's internal errors, -50 … -57: ambiguous unless the answer names the number as failed.
    Internal,
    /// Not in the vendor's table: nothing follows from it.
    Unlisted,
}

impl Class {
    /// Whether an answer with such a code says for certain that nothing was accepted.
    #[must_use]
    pub const fn is_refusal(self) -> bool {
        !matches!(self, Self::Accepted | Self::Internal | Self::Unlisted)
    }
}

impl Code {
    /// Called too often; nothing was accepted.
    pub const TOO_OFTEN: i32 = -5;
    /// The account may not call this; it may well send.
    pub const NOT_PERMITTED: i32 = -2;
    /// The number has opted out.
    pub const OPTED_OUT: i32 = 10;

    /// What may be done about it.
    #[must_use]
    pub const fn class(self) -> Class {
        match self.0 {
            0 => Class::Accepted,
            1 | 2 | 14 | 25 => Class::FixInput,
            3 | 26 | 27 => Class::Balance,
            4..=7 | 15 | 16 | 18 => Class::FixText,
            8 | 9 | 17 | 22 => Class::NumberLater,
            10 => Class::Suppress,
            20 | 23 => Class::Country,
            24 | 28 => Class::Account,
            -1 => Class::StopKey,
            -2 | -3 | -6 => Class::StopPermission,
            -4 => Class::Quota,
            -5 => Class::SlowDown,
            13 => Class::Suspended,
            11 | 12 | 19 | 21 => Class::Defect,
            -57..=-50 => Class::Internal,
            _ => Class::Unlisted,
        }
    }

    /// Whether the same message to the same number may go through later: with nothing changed but the time, the balance,
    /// the key or what the account is permitted.
    #[must_use]
    pub const fn is_retryable_later(self) -> bool {
        matches!(
            self.class(),
            Class::NumberLater
                | Class::SlowDown
                | Class::Balance
                | Class::Quota
                | Class::Suspended
                | Class::StopKey
                | Class::StopPermission
        )
    }

    /// How long the same text to the same number is refused with this code: 30 seconds for 8, 5 minutes for 9, nothing for
    /// the others (`api/yunpian-v2.md`, "Codes").
    #[must_use]
    pub const fn repeat_window(self) -> SignedDuration {
        match self.0 {
            8 => SignedDuration::from_secs(30),
            9 => SignedDuration::from_mins(5),
            _ => SignedDuration::ZERO,
        }
    }

    /// Whether it may be tried again at `now` when it was refused at `refused_at`: not before its window is over.
    #[must_use]
    pub fn is_retryable_at(self, refused_at: Option<Timestamp>, now: Timestamp) -> bool {
        self.is_retryable_later() && refused_at.is_none_or(|at| now.duration_since(at) >= self.repeat_window())
    }

    /// Whether a campaign stops at this code whatever else the answer holds: balance, quota, key, permission, suspension, and
    /// what only a defect of ours can bring (`api/yunpian-v2.md`, "Codes"). A refused text stops it when everybody gets the
    /// same one. Codes 24 and 28, of which the contract says only "refused", are left to the brake on too many refusals.
    #[must_use]
    pub const fn stops(self, is_one_text: bool) -> bool {
        match self.class() {
            Class::Balance
            | Class::StopKey
            | Class::StopPermission
            | Class::Quota
            | Class::Suspended
            | Class::Defect => true,
            Class::FixText => is_one_text,
            _ => false,
        }
    }

    /// Whether it is about the text, the call or the account and not about one number: a run in which everybody was refused
    /// so was refused as a whole, which its exit code says. Whether a run goes on is for [`Code::stops`]. (-5 is about the
    /// call too, but it is answered by going slower.)
    #[must_use]
    pub const fn is_whole_call(self) -> bool {
        matches!(
            self.class(),
            Class::Balance
                | Class::FixText
                | Class::Account
                | Class::StopKey
                | Class::StopPermission
                | Class::Quota
                | Class::Suspended
                | Class::Defect
        )
    }

    /// What the code means, in the reader's language; the vendor's own words stand beside it.
    #[must_use]
    pub fn meaning(self, lang: Lang) -> String {
        let fixed = match self.0 {
            0 => lang.api_code_0(),
            1 => lang.api_code_1(),
            2 => lang.api_code_2(),
            3 => lang.api_code_3(),
            4 => lang.api_code_4(),
            5 => lang.api_code_5(),
            6 => lang.api_code_6(),
            7 => lang.api_code_7(),
            8 => lang.api_code_8(),
            9 => lang.api_code_9(),
            10 => lang.api_code_10(),
            11 => lang.api_code_11(),
            12 => lang.api_code_12(),
            13 => lang.api_code_13(),
            14 => lang.api_code_14(),
            15 => lang.api_code_15(),
            16 => lang.api_code_16(),
            17 => lang.api_code_17(),
            18 => lang.api_code_18(),
            19 => lang.api_code_19(),
            20 => lang.api_code_20(),
            21 => lang.api_code_21(),
            22 => lang.api_code_22(),
            23 => lang.api_code_23(),
            24 => lang.api_code_24(),
            25 => lang.api_code_25(),
            26 => lang.api_code_26(),
            27 => lang.api_code_27(),
            28 => lang.api_code_28(),
            -1 => lang.api_code_minus_1(),
            -2 => lang.api_code_minus_2(),
            -3 => lang.api_code_minus_3(),
            -4 => lang.api_code_minus_4(),
            -5 => lang.api_code_minus_5(),
            -6 => lang.api_code_minus_6(),
            -53 => lang.api_code_minus_53(),
            -57 => lang.api_code_minus_57(),
            -56..=-50 => lang.api_code_internal(),
            code => return lang.api_code_unlisted(code),
        };
        fixed.to_owned()
    }

    /// What to do about it now, in the reader's language.
    #[must_use]
    pub const fn next_step(self, lang: Lang) -> &'static str {
        match self.class() {
            Class::Accepted => lang.api_step_none(),
            Class::FixInput => lang.api_step_fix_input(),
            Class::Balance => lang.api_step_balance(),
            Class::FixText => lang.api_step_fix_text(),
            Class::NumberLater => lang.api_step_number_later(),
            Class::Suppress => lang.api_step_suppress(),
            Class::Country => lang.api_step_country(),
            Class::Account => lang.api_step_account(),
            Class::StopKey => lang.api_step_key(),
            Class::StopPermission => lang.api_step_permission(),
            Class::Quota => lang.api_step_quota(),
            Class::SlowDown => lang.api_step_slow_down(),
            Class::Suspended => lang.api_step_suspended(),
            Class::Defect => lang.api_step_defect(),
            Class::Internal => lang.api_step_internal(),
            Class::Unlisted => lang.api_step_unlisted(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_code_has_its_own_sentence_in_both_languages() {
        for lang in [Lang::En, Lang::ZhCn] {
            let mut seen = std::collections::HashSet::new();
            for code in (-6..=28).chain([-53, -57]) {
                assert_ne!(Code(code).class(), Class::Unlisted, "{code}");
                assert!(seen.insert(Code(code).meaning(lang)), "{code} repeats another's sentence");
            }
        }
    }

    #[test]
    fn only_a_listed_refusal_says_that_nothing_was_accepted() {
        let refusals: Vec<i32> = (-100..=100).filter(|c| Code(*c).class().is_refusal()).collect();
        assert_eq!(refusals, (-6..=-1).chain(1..=28).collect::<Vec<i32>>());
    }

    #[test]
    fn whatever_stops_a_campaign_is_about_the_whole_call() {
        let stops =
            |is_one_text: bool| (-57..=28).filter(move |code| Code(*code).stops(is_one_text)).collect::<Vec<i32>>();
        assert_eq!(stops(false), [-6, -4, -3, -2, -1, 3, 11, 12, 13, 19, 21, 26, 27]);
        assert_eq!(stops(true), [-6, -4, -3, -2, -1, 3, 4, 5, 6, 7, 11, 12, 13, 15, 16, 18, 19, 21, 26, 27]);
        assert!(stops(true).into_iter().all(|code| Code(code).is_whole_call()));
        assert!(Code(24).is_whole_call() && !Code(24).stops(true), "the brake is for these");
    }
}
