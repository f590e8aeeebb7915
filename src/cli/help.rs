//! The command line as it explains itself: clap's tree with every text in the reader's language.
//!
//! ```text
//! args (derive: verbs, flags, English texts) ─command(lang)→ the same tree, headings and texts by Lang::of_command_line
//!                                                └→ --help, usage errors, completions, the manual
//! ```
//! A line that can be read never comes here: [`super::args::Cli`] parses it as it is.
use clap::{Arg, Command, CommandFactory};

use super::args::Cli;
use crate::words::Lang;

/// What clap's own usage line begins with.
const PREFIX: &str = "Usage: ";

/// The whole tree, built, in a language.
#[must_use]
pub fn command(lang: Lang) -> Command {
    let mut command = Cli::command();
    command.build();
    explained(command, lang).long_about(lang.usage_about_more()).after_help(lang.usage_after_help())
}

/// A verb and those below it.
fn explained(mut command: Command, lang: Lang) -> Command {
    let about = command.get_about().map(|english| text(&english.to_string(), lang));
    let usage = usage(&mut command, lang);
    let template = format!("{{about-with-newline}}\n{}{{usage}}\n\n{{all-args}}{{after-help}}", lang.usage_heading());
    command
        .about(about.unwrap_or_default())
        .help_template(template)
        .override_usage(usage)
        .subcommand_help_heading(lang.of_command_line("Verbs").unwrap_or_default())
        .subcommand_value_name(lang.usage_verb())
        .mut_args(|arg| argument(arg, lang))
        .mut_subcommands(|verb| explained(verb, lang))
}

/// The usage line without its heading; further lines stand below the first.
fn usage(command: &mut Command, lang: Lang) -> String {
    let line = command.render_usage().to_string();
    let indent = " ".repeat(unicode_width::UnicodeWidthStr::width(lang.usage_heading()));
    line.trim_start_matches(PREFIX)
        .replace(&format!("\n{}", " ".repeat(PREFIX.len())), &format!("\n{indent}"))
        .replace("[OPTIONS]", lang.usage_options())
        .replace("COMMAND", lang.usage_verb())
}

fn argument(arg: Arg, lang: Lang) -> Arg {
    let heading = match arg.get_help_heading() {
        Some(english) => lang.of_command_line(english).unwrap_or_default(),
        None if arg.is_positional() => lang.usage_heading_arguments(),
        None => lang.usage_heading_options(),
    };
    let mut help = arg.get_help().map(|english| text(&english.to_string(), lang)).unwrap_or_default();
    let values: Vec<String> = arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    if arg.get_action().takes_values() && !values.is_empty() {
        help = format!("{help}\n{}", lang.usage_one_of(values.join(lang.usage_and())));
    }
    let long = arg.get_long_help().map(|english| text(&english.to_string(), lang));
    let arg = arg.help(help).help_heading(heading).hide_possible_values(true);
    match long {
        Some(long) => arg.long_help(long),
        None => arg,
    }
}

/// A text of the table; one that is not there stays as it is, which a test forbids.
fn text(english: &str, lang: Lang) -> String {
    lang.of_command_line(english).map_or_else(|| english.to_owned(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::error::ErrorKind;
    use unicode_width::UnicodeWidthStr;

    use super::*;
    use crate::words::COMMAND_LINE;

    /// Every English text of a verb and those below it.
    fn texts(command: &Command, found: &mut BTreeSet<String>) {
        found.extend(command.get_about().map(ToString::to_string));
        for arg in command.get_arguments() {
            found.extend(arg.get_help().into_iter().chain(arg.get_long_help()).map(ToString::to_string));
            found.extend(arg.get_help_heading().map(ToOwned::to_owned));
        }
        command.get_subcommands().for_each(|verb| texts(verb, found));
    }

    /// What every value that can be wrong says it takes.
    fn expectations(command: &Command, path: &[String], found: &mut BTreeSet<String>) {
        for arg in command.get_arguments().filter(|arg| arg.get_action().takes_values()) {
            for wrong in ["?!", "0", "99999999999999999999999"] {
                let flag = arg.get_long().map(|long| format!("--{long}={wrong}"));
                let line = path.iter().cloned().chain([flag.unwrap_or_else(|| wrong.to_owned())]);
                if let Err(error) = Cli::command().try_get_matches_from(line)
                    && error.kind() == ErrorKind::ValueValidation
                {
                    found.extend(std::error::Error::source(&error).map(ToString::to_string));
                }
            }
        }
        for verb in command.get_subcommands() {
            expectations(verb, &[path, &[verb.get_name().to_owned()]].concat(), found);
        }
    }

    #[test]
    fn every_text_of_the_command_line_is_there_in_chinese_and_none_is_unused() {
        let mut tree = Cli::command();
        tree.build();
        let mut found = BTreeSet::from(["Verbs".to_owned()]);
        texts(&tree, &mut found);
        expectations(&tree, &["yunque".to_owned()], &mut found);
        let table: BTreeSet<String> = COMMAND_LINE.iter().map(|(english, _)| (*english).to_owned()).collect();
        let missing: Vec<_> = found.difference(&table).collect();
        assert!(missing.is_empty(), "not in assets/locales/command-line.toml: {missing:#?}");
        let unused: Vec<_> = table.difference(&found).collect();
        assert!(unused.is_empty(), "nobody says this any more: {unused:#?}");
        for (english, chinese) in COMMAND_LINE {
            assert!(!chinese.is_empty(), "{english}");
        }
    }

    #[test]
    fn chinese_help_fits_eighty_columns_and_says_nothing_in_english() {
        fn walk(command: &mut Command, found: &mut Vec<String>) {
            found.push(command.render_help().to_string());
            command.get_subcommands_mut().for_each(|verb| walk(verb, found));
        }
        let mut pages = Vec::new();
        walk(&mut command(Lang::ZhCn).term_width(80), &mut pages);
        assert!(pages.len() > 30, "{}", pages.len());
        for page in pages {
            for line in page.lines() {
                assert!(line.width() <= 80, "{} columns: {line}", line.width());
            }
            for word in ["Usage", "Options", "Arguments", "Commands", "[OPTIONS]", "COMMAND", "Possible", "possible"] {
                assert!(!page.contains(word), "{word} in\n{page}");
            }
        }
    }

    #[test]
    fn help_stands_as_it_is_meant_to() {
        let of = |lang: Lang, verb: &str| {
            let mut tree = command(lang).term_width(80);
            tree.find_subcommand_mut(verb).unwrap().render_help().to_string()
        };
        insta::assert_snapshot!("help_send_zh", of(Lang::ZhCn, "send"));
        insta::assert_snapshot!("help_clicks_zh", of(Lang::ZhCn, "clicks"));
        insta::assert_snapshot!("help_clicks_en", of(Lang::En, "clicks"));
        insta::assert_snapshot!("help_zh", command(Lang::ZhCn).term_width(80).render_long_help());
    }
}
