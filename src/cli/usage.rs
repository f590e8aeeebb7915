//! A command line that cannot be read, as a sentence in the reader's language.
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::sms::visible;
use crate::words::Lang;

/// What clap found wrong.
#[must_use]
pub fn sentence(error: &clap::Error, lang: Lang) -> String {
    let said = |kind| words(error, kind, lang.usage_and());
    let nearest = |kind| words(error, kind, lang.usage_or());
    let argument = said(ContextKind::InvalidArg).unwrap_or_default();
    let value = said(ContextKind::InvalidValue).unwrap_or_default();
    match error.kind() {
        ErrorKind::UnknownArgument => match nearest(ContextKind::SuggestedArg) {
            Some(nearest) => lang.usage_unknown_argument_near(argument, nearest),
            None => lang.usage_unknown_argument(argument),
        },
        ErrorKind::InvalidSubcommand => {
            let verb = said(ContextKind::InvalidSubcommand).unwrap_or_default();
            match nearest(ContextKind::SuggestedSubcommand) {
                Some(nearest) => lang.usage_unknown_verb_near(verb, nearest),
                None => lang.usage_unknown_verb(verb),
            }
        }
        ErrorKind::MissingRequiredArgument => lang.usage_missing(argument),
        ErrorKind::MissingSubcommand => lang.usage_missing_verb(said(ContextKind::ValidSubcommand).unwrap_or_default()),
        ErrorKind::InvalidValue if value.is_empty() => lang.usage_missing_value(argument),
        ErrorKind::InvalidValue => {
            lang.usage_wrong_value_one_of(value, argument, said(ContextKind::ValidValue).unwrap_or_default())
        }
        ErrorKind::ValueValidation => {
            let expected = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
            let expected = lang.of_command_line(&expected).map_or(expected.clone(), str::to_owned);
            lang.usage_wrong_value(value, argument, expected)
        }
        ErrorKind::ArgumentConflict => match said(ContextKind::PriorArg) {
            Some(other) if other != argument => lang.usage_conflict(argument, other),
            _ => lang.usage_twice(argument),
        },
        ErrorKind::TooManyValues => lang.usage_surplus_value(argument, value),
        ErrorKind::InvalidUtf8 => lang.usage_not_utf8().to_owned(),
        _ => lang.usage_unread(visible(&error.to_string())),
    }
}

/// The usage of the verb in question, with its heading; `None` where clap names none.
#[must_use]
pub fn line(error: &clap::Error, lang: Lang) -> Option<String> {
    match error.get(ContextKind::Usage) {
        Some(ContextValue::StyledStr(usage)) => {
            Some(format!("{}{}", lang.usage_heading(), usage.to_string().trim_start_matches("Usage: ")))
        }
        _ => None,
    }
}

/// What clap says about the error, one or several.
fn words(error: &clap::Error, kind: ContextKind, between: &str) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(visible(text).into_owned()),
        ContextValue::Strings(texts) if !texts.is_empty() => {
            Some(texts.iter().map(|text| visible(text)).collect::<Vec<_>>().join(between))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::help;

    fn said(line: &str, lang: Lang) -> String {
        let error = help::command(lang).try_get_matches_from(line.split(' ')).unwrap_err();
        let mut said = sentence(&error, lang);
        said.extend(super::line(&error, lang).map(|line| format!("\n{line}")));
        said
    }

    #[test]
    fn what_cannot_be_read_is_said_in_the_reader_s_language() {
        let lines = [
            "yunque sned",
            "yunque qqqq",
            "yunque send --too 1",
            "yunque balance x",
            "yunque send",
            "yunque send --to",
            "yunque send --to 1 --recipients f --text x",
            "yunque send --to 1 --text x --text y",
            "yunque send --kind spam --to 1 --text x",
            "yunque send --batch-size 1001",
            "yunque send --yes=1",
            "yunque campaigns show x1",
            "yunque clicks",
            "yunque clicks X --campaign c1",
            "yunque clicks import f",
            "yunque config",
            "yunque --lang fr links",
            "yunque --sandbox --listen here",
        ];
        for lang in [Lang::En, Lang::ZhCn] {
            let all: Vec<String> = lines.iter().map(|line| format!("$ {line}\n{}\n", said(line, lang))).collect();
            insta::assert_snapshot!(format!("usage_{}", lang.tag()), all.join("\n"));
        }
    }

    #[test]
    fn control_characters_in_an_argument_are_shown() {
        assert!(said("yunque --\u{1b}[2J", Lang::En).contains("<1B>"));
    }
}
