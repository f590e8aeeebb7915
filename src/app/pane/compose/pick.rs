//! What Compose lets the operator pick: links, templates and signatures, drafts.
use super::ComposePane;
use crate::app::action::Action;
use crate::app::message::{About, Tone};
use crate::app::overlay::{Entry, Overlay, Pick};
use crate::app::request::Request;
use crate::app::scene::Cx;
use crate::app::when::When;
use crate::sms::{Draft, Mobile, Source, named_after, visible};
use crate::words::Lang;

impl ComposePane {
    /// The links that still count, to insert one.
    pub(super) fn pick_link(cx: &mut Cx<'_>) {
        let when = When { zone: &cx.settings.zone, lang: cx.lang, now: cx.now };
        let links = cx.data.links.shown().into_iter().flatten().filter(|link| !link.is_archived);
        let entries: Vec<Entry> = links
            .map(|link| Entry {
                key: String::new(),
                text: visible(&format!("{}  {}", link.short.bare(), link.short.name)).into_owned(),
                kind: if link.counts_until <= cx.now {
                    cx.lang.links_closed().into()
                } else {
                    cx.lang.compose_counts_until(when.day(link.counts_until)).into()
                },
                action: Some(Action::Insert(link.short.bare().to_owned())),
            })
            .collect();
        if entries.is_empty() {
            cx.say(Tone::Waits, |lang| lang.compose_no_links().to_owned());
        } else {
            cx.open(Overlay::Pick(Pick::new(entries, Lang::compose_pick_link)));
        }
    }

    /// Signatures and templates of the account, the approved ones first; asks for them when they are not here.
    pub(super) fn pick_template(&mut self, cx: &mut Cx<'_>) {
        let Some(templates) = cx.data.templates.shown() else {
            self.wants_templates = true;
            let asking = About::call(&Request::Phrases);
            cx.say_about(asking, Tone::Plain, |lang| lang.compose_asking_templates().to_owned());
            cx.refresh(Request::Phrases);
            return;
        };
        let word = |status: &str| match status {
            "SUCCESS" => cx.lang.compose_approved(),
            "CHECKING" => cx.lang.compose_checking(),
            _ => cx.lang.compose_rejected(),
        };
        let entry = |text: &str, kind: &str, status: &str| Entry {
            key: String::new(),
            text: visible(text).into_owned(),
            kind: format!("{kind}, {}", word(status)).into(),
            action: Some(Action::Insert(with_braces(text))),
        };
        let signatures =
            cx.data.signatures.iter().map(|s| (entry(&s.sign, cx.lang.compose_signature(), &s.status), &s.status));
        let templates =
            templates.iter().map(|t| (entry(&t.content, cx.lang.compose_template_word(), &t.status), &t.status));
        let mut entries: Vec<_> = signatures.chain(templates).collect();
        entries.sort_by_key(|(_, status)| *status != "SUCCESS");
        if entries.is_empty() {
            cx.say(Tone::Waits, |lang| lang.compose_no_templates().to_owned());
            return;
        }
        let entries = entries.into_iter().map(|(entry, _)| entry).collect();
        cx.open(Overlay::Pick(Pick::new(entries, Lang::compose_pick_template)));
    }

    /// The kept drafts, newest first.
    pub(super) fn pick_draft(&mut self, cx: &mut Cx<'_>) {
        self.save(cx);
        let when = When { zone: &cx.settings.zone, lang: cx.lang, now: cx.now };
        let drafts: &[Draft] = cx.data.drafts.shown().map_or(&[], Vec::as_slice);
        let others = drafts.iter().filter(|draft| Some(draft.id) != self.letter.id);
        let entries: Vec<Entry> = others
            .map(|draft| {
                let name = if draft.name.trim().is_empty() { named_after(&draft.text) } else { draft.name.clone() };
                let name = if name.is_empty() { cx.lang.compose_unnamed().to_owned() } else { name };
                let to = whom(&draft.to, cx.settings.is_masked);
                Entry {
                    key: when.stamp(draft.saved_at),
                    text: visible(format!("{name}  {to}").trim_end()).into_owned(),
                    kind: cx.lang.compose_recipients(draft.recipients).into(),
                    action: Some(Action::UseDraft(draft.id)),
                }
            })
            .collect();
        if entries.is_empty() {
            cx.say(Tone::Plain, |lang| lang.compose_no_drafts().to_owned());
        } else {
            cx.open(Overlay::Pick(Pick::wide(entries, Lang::compose_pick_draft)));
        }
    }
}

/// To whom a draft goes, in brief: the file, or the first number, masked as everywhere.
fn whom(to: &Source, is_masked: bool) -> String {
    match to {
        Source::File { path, .. } => path.rsplit('/').next().unwrap_or(path).to_owned(),
        Source::Typed(numbers) => {
            let first = numbers.split_whitespace().next().unwrap_or_default();
            match Mobile::parse(first) {
                Ok(mobile) if is_masked => mobile.masked(),
                _ => first.to_owned(),
            }
        }
    }
}

/// A template of the vendor's with variables as we write them: `#code#` becomes `{code}`.
fn with_braces(template: &str) -> String {
    if template.matches('#').count() % 2 == 1 {
        return template.to_owned();
    }
    let pieces = template.split('#').enumerate();
    pieces.map(|(i, piece)| if i % 2 == 1 { format!("{{{piece}}}") } else { piece.to_owned() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vendors_variables_become_ours() {
        assert_eq!(with_braces("【云雀】您的验证码是#code#"), "【云雀】您的验证码是{code}");
        assert_eq!(with_braces("满100#减"), "满100#减");
    }
}
