//! The form for a new link, and for changing what only we know of one.
use crate::app::action::Action;
use crate::app::editor::Editor;
use crate::app::request::Request;
use crate::app::scene::{Cx, Hint};
use crate::sms::{Link, Sid};
use crate::words::Lang;

/// Why an address cannot be shortened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UrlTrouble {
    /// Nothing is typed yet.
    Empty,
    /// It does not begin with `http://` or `https://` (`api/yunpian-v2.md` §1).
    NoScheme,
    /// Nothing that could be a host comes behind that.
    NoHost,
    /// A blank or a control character inside.
    Blank,
}

impl UrlTrouble {
    /// Looks at an address as it is typed.
    ///
    /// # Errors
    /// The first reason why the vendor would not take it.
    pub fn check(url: &str) -> Result<(), Self> {
        let url = url.trim();
        if url.is_empty() {
            return Err(Self::Empty);
        }
        let lower = url.to_ascii_lowercase();
        let Some(rest) = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://")) else {
            return Err(Self::NoScheme);
        };
        if url.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(Self::Blank);
        }
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
        let name = host.split(':').next().unwrap_or_default();
        let is_host = name == "localhost" || host.starts_with('[') || (name.contains('.') && !name.starts_with('.'));
        if is_host { Ok(()) } else { Err(Self::NoHost) }
    }

    /// As a sentence for the operator.
    #[must_use]
    pub const fn sentence(self, lang: Lang) -> &'static str {
        match self {
            Self::Empty => lang.links_url_empty(),
            Self::NoScheme => lang.links_url_scheme(),
            Self::NoHost => lang.links_url_host(),
            Self::Blank => lang.links_url_blank(),
        }
    }
}

/// The fields, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Url,
    Alias,
    Tags,
}

/// What is being typed for a link.
#[derive(Debug)]
pub struct LinkForm {
    /// The link that is being changed; `None` for a new one.
    pub(super) of: Option<Sid>,
    pub(super) url: Editor,
    pub(super) alias: Editor,
    pub(super) tags: Editor,
    pub(super) at: Field,
    /// It was submitted and has no answer yet.
    pub(super) is_waiting: bool,
    /// Enter was pressed while it could not be submitted: its trouble is now worth a colour.
    pub(super) was_tried: bool,
}

impl LinkForm {
    /// For a new link.
    #[must_use]
    pub fn create() -> Self {
        let empty = || Editor::line("");
        Self {
            of: None,
            url: empty(),
            alias: empty(),
            tags: empty(),
            at: Field::Url,
            is_waiting: false,
            was_tried: false,
        }
    }

    /// For alias and tags of a known one.
    #[must_use]
    pub fn change(link: &Link) -> Self {
        Self {
            of: Some(link.short.sid.clone()),
            url: Editor::line(&link.short.long_url),
            alias: Editor::line(&link.short.name),
            tags: Editor::line(&link.tags.join(", ")),
            at: Field::Alias,
            ..Self::create()
        }
    }

    /// Whether it makes a link.
    #[must_use]
    pub const fn is_for_new(&self) -> bool {
        self.of.is_none()
    }

    /// What is wrong with the address.
    #[must_use]
    pub fn trouble(&self) -> Option<UrlTrouble> {
        UrlTrouble::check(&self.url.text()).err()
    }

    pub(super) const fn is_typing(&self) -> bool {
        !self.is_waiting
    }

    pub(super) const fn field_mut(&mut self) -> Option<&mut Editor> {
        if self.is_waiting {
            return None;
        }
        Some(match self.at {
            Field::Url => &mut self.url,
            Field::Alias => &mut self.alias,
            Field::Tags => &mut self.tags,
        })
    }

    pub(super) const fn edited(&mut self) {
        self.was_tried = false;
    }

    /// To the next field, or the one before; the address of a known link stays as it is.
    pub(super) const fn step(&mut self, is_forward: bool) {
        let is_for_new = self.is_for_new();
        self.at = match (self.at, is_forward) {
            (Field::Tags, true) | (Field::Alias, false) if is_for_new => Field::Url,
            (Field::Url | Field::Tags, _) if !is_for_new => Field::Alias,
            (Field::Url, true) | (Field::Tags, _) => Field::Alias,
            (Field::Url, false) | (Field::Alias, _) => Field::Tags,
        };
    }

    fn typed_tags(&self) -> Vec<String> {
        let text = self.tags.text();
        let tags = text.split([',', '，', '、', ';', '；']).map(|tag| tag.trim().to_owned());
        tags.filter(|tag| !tag.is_empty()).collect()
    }

    /// Asks for the link, once: while the answer is awaited, Enter does nothing.
    pub(super) fn submit(&mut self, cx: &mut Cx<'_>) {
        if self.is_waiting {
            return;
        }
        if self.trouble().is_some() {
            // What is wrong stands under the fields, and turns yellow now.
            self.was_tried = true;
            self.at = Field::Url;
            return;
        }
        let (name, tags) = (self.alias.text().trim().to_owned(), self.typed_tags());
        let request = match &self.of {
            None => Request::Shorten { url: self.url.text().trim().to_owned(), name, tags },
            Some(sid) => Request::Retag { sid: sid.clone(), name, tags },
        };
        self.is_waiting = true;
        cx.ask(request);
    }

    pub(super) const fn answered(&mut self) {
        self.is_waiting = false;
    }

    pub(super) fn hints(&self, lang: Lang) -> Vec<Hint> {
        let submit = if self.is_for_new() { lang.links_hint_make() } else { lang.links_hint_change() };
        let back = Hint::new(Action::Back, lang.app_hint_back());
        if self.is_waiting {
            return vec![back];
        }
        vec![Hint::new(Action::Open, submit), Hint::new(Action::NextArea, lang.app_hint_next_field()), back]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_address_that_the_vendor_takes_is_sent() {
        for good in ["https://a.example/x?y=1#z", "HTTP://A.example", "http://localhost:8080/", "https://商城.cn/双12"]
        {
            assert_eq!(UrlTrouble::check(good), Ok(()), "{good}");
        }
        for (bad, why) in [
            (" ", UrlTrouble::Empty),
            ("ftp://a.example", UrlTrouble::NoScheme),
            ("a.example", UrlTrouble::NoScheme),
            ("https://", UrlTrouble::NoHost),
            ("https://nodot/x", UrlTrouble::NoHost),
            ("https://a.example/a b", UrlTrouble::Blank),
        ] {
            assert_eq!(UrlTrouble::check(bad), Err(why), "{bad}");
        }
    }
}
