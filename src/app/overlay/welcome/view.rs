//! Draws the first run, in both languages at once; where it is tight, what is only pleasant is left out.
use ratatui::style::Style;

use super::{Stage, Welcome};
use crate::app::App;
use crate::app::action::Action;
use crate::app::editor::Editor;
use crate::app::keymap::Context;
use crate::app::layout::Layout;
use crate::app::message::Tone;
use crate::app::settings::Team;
use crate::app::view::{Canvas, tone};
use crate::sms::visible;
use crate::words::Lang;

/// Where texts begin.
const TEXT: u16 = 4;
/// Where the names of choices begin.
const NAME: u16 = 7;
/// Where it is said what a choice means.
const WHY: u16 = 34;
/// Where a field begins.
const FIELD: u16 = 13;

/// A text in the language that is asked for.
type Words = fn(Lang) -> &'static str;

const BOTH: [Lang; 2] = [Lang::En, Lang::ZhCn];

/// Draws it into the body.
pub fn draw(first: &Welcome, app: &App, canvas: &mut Canvas<'_>) {
    let is_tight = Layout::of(app.size).is_tight;
    let language = match canvas.lang {
        Lang::En => "Language 语言  [English]  中文",
        Lang::ZhCn => "Language 语言   English  [中文]",
    };
    let key = app.keymap.shown(Context::Everywhere, &Action::SwitchLanguage).filter(|_| !first.is_typing_now());
    let language = key.map_or_else(|| language.to_owned(), |key| format!("{language:<29}{key}"));
    canvas.put_right(canvas.right(), 0, language, canvas.theme.dim);
    let mut y = if is_tight { 1 } else { 2 };
    if !is_tight {
        y += both(Lang::welcome_what, y, Style::new(), canvas) + 1;
    }
    // Once there is an account, nobody needs to hear that there is none.
    if first.stage != Stage::Pulled {
        y += both(Lang::welcome_none, y, Style::new(), canvas) + 1;
    }
    match first.stage {
        Stage::Choice if is_tight => tight_choices(first, app, y, canvas),
        Stage::Choice => choices(first, app, y, canvas),
        Stage::Name => {
            let y = field("Name 署名", &first.name, y, canvas);
            both(Lang::welcome_name_why, y, canvas.theme.dim, canvas);
        }
        Stage::Key => {
            let stars = Editor::line(&"*".repeat(first.key.text().chars().count()));
            let y = field("API key", &stars, y, canvas);
            both(Lang::welcome_key_where, y, canvas.theme.dim, canvas);
        }
        Stage::Checking => {
            both(Lang::welcome_asking, y, canvas.theme.dim, canvas);
        }
        Stage::Pulled => pulled(first, is_tight, y, canvas),
        Stage::Connecting => {
            both(Lang::welcome_connecting, y, canvas.theme.dim, canvas);
        }
    }
}

/// A text in both languages, one below the other; gives the rows it took.
fn both(text: Words, y: u16, style: Style, canvas: &mut Canvas<'_>) -> u16 {
    let cells = canvas.right().saturating_sub(TEXT);
    BOTH.into_iter().fold(0, |rows, lang| rows + canvas.paragraph(TEXT, y + rows, cells, 3, text(lang), style))
}

/// A field with its label; gives the row where something may be said about it.
fn field(label: &str, editor: &Editor, y: u16, canvas: &mut Canvas<'_>) -> u16 {
    canvas.put(TEXT, y, label, canvas.theme.strong);
    let x = FIELD + 2;
    canvas.field(x, y, canvas.right().saturating_sub(x), editor, true);
    y + 2
}

fn sign(y: u16, canvas: &mut Canvas<'_>) {
    canvas.put(Canvas::LEFT, y, canvas.theme.cursor(), canvas.theme.accent);
}

/// Who this is, and the one question.
fn pulled(first: &Welcome, is_tight: bool, mut y: u16, canvas: &mut Canvas<'_>) {
    if let Some(account) = &first.account {
        let who = canvas.lang.welcome_this_is(visible(&account.nick), account.balance);
        let (sign, style) = tone(Tone::Done, canvas.theme);
        let x = canvas.put(TEXT, y, sign, style) + 1;
        canvas.put_within(x, y, canvas.right().saturating_sub(x), who, canvas.theme.strong);
        y += if is_tight { 1 } else { 2 };
    }
    y += both(Lang::welcome_pulled, y, Style::new(), canvas) + u16::from(!is_tight);
    let answers: [Words; 2] = [Lang::welcome_pulled_yes, Lang::welcome_pulled_no];
    for (row, (y, answer)) in (y..).zip(answers).enumerate() {
        let is_selected = first.choice.row() == row;
        if is_selected {
            sign(y, canvas);
        }
        let style = if is_selected { canvas.theme.strong } else { canvas.theme.dim };
        canvas.put(TEXT, y, format!("{}  {}", answer(Lang::En), answer(Lang::ZhCn)), style);
    }
}

const CHOICES: [[Words; 2]; 3] = [
    [Lang::welcome_sandbox, Lang::welcome_sandbox_why],
    [Lang::welcome_connect, Lang::welcome_connect_why],
    [Lang::welcome_team, |_| ""],
];

fn why(row: usize, app: &App, lang: Lang) -> String {
    match (row, &app.settings.team) {
        (2, Some(Team { folder, operators: 0 })) => folder.display().to_string(),
        (2, Some(Team { folder, operators })) => lang.welcome_team_why(folder.display(), *operators),
        _ => CHOICES[row][1](lang).to_owned(),
    }
}

fn choices(first: &Welcome, app: &App, mut y: u16, canvas: &mut Canvas<'_>) {
    for (row, [name, _]) in CHOICES.into_iter().take(first.choices).enumerate() {
        let is_selected = row == first.choice.row();
        if is_selected {
            sign(y, canvas);
        }
        canvas.put(TEXT, y, (row + 1).to_string(), canvas.theme.accent);
        for lang in BOTH {
            let style = if is_selected { canvas.theme.strong } else { Style::new() };
            canvas.put(NAME, y, name(lang), style);
            canvas.put_within(WHY, y, canvas.right().saturating_sub(WHY), why(row, app, lang), canvas.theme.dim);
            y += 1;
        }
        y += 1;
    }
    signature(first, app, y, canvas);
}

/// One line a choice; below them what the selected one means.
fn tight_choices(first: &Welcome, app: &App, y: u16, canvas: &mut Canvas<'_>) {
    for (row, [name, _]) in CHOICES.into_iter().take(first.choices).enumerate() {
        let y = y + u16::try_from(row).unwrap_or_default();
        let is_selected = row == first.choice.row();
        if is_selected {
            sign(y, canvas);
        }
        canvas.put(TEXT, y, (row + 1).to_string(), canvas.theme.accent);
        let style = if is_selected { canvas.theme.strong } else { Style::new() };
        canvas.put(NAME, y, format!("{}  {}", name(Lang::En), name(Lang::ZhCn)), style);
    }
    let y = y + 3;
    let cells = canvas.right().saturating_sub(NAME);
    canvas.put_within(NAME, y, cells, why(first.choice.row(), app, canvas.lang), canvas.theme.dim);
    signature(first, app, y + 1, canvas);
}

/// Who signs, and how to change that; in both languages where there is room.
fn signature(first: &Welcome, app: &App, y: u16, canvas: &mut Canvas<'_>) {
    let who = visible(first.operator(&app.settings.operator)).into_owned();
    let cells = canvas.right().saturating_sub(TEXT);
    let key = app.keymap.shown(Context::Look, &Action::Export);
    let own = if Layout::of(app.size).is_tight { vec![canvas.lang] } else { BOTH.to_vec() };
    for (y, lang) in (y..).zip(own) {
        let text = key.map_or_else(|| lang.welcome_you_are(&who), |key| lang.welcome_you(&who, key));
        canvas.put_within(TEXT, y, cells, text, canvas.theme.dim);
    }
}
