//! The manual: one page with every verb and its flags, in the reader's language.
use std::io::{self, Write};

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::Roff;

use super::help;
use crate::words::Lang;

/// Writes the page.
///
/// # Errors
/// Those of `to`.
pub fn render(lang: Lang, to: &mut dyn Write) -> io::Result<()> {
    let command = help::command(lang);
    let man = Man::new(command.clone());
    man.render_title(to)?;
    heading("SH", lang.usage_man_name(), to)?;
    body(to, |to| man.render_name_section(to))?;
    heading("SH", lang.usage_man_synopsis(), to)?;
    body(to, |to| man.render_synopsis_section(to))?;
    heading("SH", lang.usage_man_description(), to)?;
    body(to, |to| man.render_description_section(to))?;
    // With the headings of the options' groups.
    part(to, false, |to| man.render_options_section(to))?;
    heading("SH", lang.usage_man_verbs(), to)?;
    verbs(&command, "yunque", to)?;
    heading("SH", lang.usage_man_more(), to)?;
    control("nf", to)?;
    body(to, |to| man.render_extra_section(to))?;
    control("fi", to)?;
    heading("SH", lang.usage_man_version(), to)?;
    body(to, |to| man.render_version_section(to))
}

/// Every verb below `command`: its usage, what it does, its own flags.
fn verbs(command: &Command, path: &str, to: &mut dyn Write) -> io::Result<()> {
    for verb in command.get_subcommands() {
        let path = format!("{path} {}", verb.get_name());
        let is_common =
            |id: &str| id == "help" || command.get_arguments().any(|arg| arg.is_global_set() && arg.get_id() == id);
        let own = verb.clone().mut_args(|arg| {
            let is_hidden = is_common(arg.get_id().as_str());
            arg.hide(is_hidden)
        });
        let man = Man::new(own);
        heading("SS", &path, to)?;
        body(to, |to| man.render_synopsis_section(to))?;
        control("PP", to)?;
        body(to, |to| man.render_description_section(to))?;
        body(to, |to| man.render_options_section(to))?;
        verbs(verb, &path, to)?;
    }
    Ok(())
}

fn heading(level: &str, words: &str, to: &mut dyn Write) -> io::Result<()> {
    part(to, false, |to| Roff::new().control(level, [words]).to_writer(to))
}

fn control(name: &str, to: &mut dyn Write) -> io::Result<()> {
    part(to, false, |to| Roff::new().control(name, []).to_writer(to))
}

/// A part of the library's page without the library's English heading.
fn body(to: &mut dyn Write, render: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> io::Result<()> {
    part(to, true, render)
}

/// Writes what `render` gives; each part comes with the same preamble, of which the title's is enough.
fn part(to: &mut dyn Write, is_bare: bool, render: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> io::Result<()> {
    let mut bytes = Vec::new();
    render(&mut bytes)?;
    let is_left_out =
        |line: &[u8]| line.starts_with(b".ie ") || line.starts_with(b".el ") || (is_bare && line.starts_with(b".SH "));
    bytes
        .split_inclusive(|byte| *byte == b'\n')
        .filter(|line| !is_left_out(line))
        .try_for_each(|line| to.write_all(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manual_holds_every_verb_and_every_flag_of_it() {
        fn walk(command: &Command, path: &str, page: &str) {
            for verb in command.get_subcommands() {
                let path = format!("{path} {}", verb.get_name());
                assert!(page.contains(&format!(".SS \"{path}\"")), "{path} in\n{page}");
                for long in verb.get_arguments().filter_map(clap::Arg::get_long) {
                    assert!(page.contains(&long.replace('-', "\\-")), "{path} --{long}");
                }
                walk(verb, &path, page);
            }
        }
        for lang in [Lang::En, Lang::ZhCn] {
            let mut page = Vec::new();
            render(lang, &mut page).unwrap();
            let page = String::from_utf8(page).unwrap();
            walk(&help::command(lang), "yunque", &page);
            assert_eq!(page.matches(".ie ").count(), 1, "{page}");
            assert_eq!(page.matches("\\-\\-config").count(), 1, "common flags stand there once");
        }
    }
}
